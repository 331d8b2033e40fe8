"""Ways from readings to tonnes: one folder a method, by family; no method knows another."""
