"""The record of every edition of every document, and the tables that it makes."""
