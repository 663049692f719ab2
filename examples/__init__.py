"""Invented customers of an invented gas company: a realistic sample, and the mess real lists arrive in."""
