"""npolicing: typed, checked data and honest figures for UK neighbourhood policing."""
