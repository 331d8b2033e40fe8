"""Tables that cross from one stage of the computation to another and are not published, by stage."""
