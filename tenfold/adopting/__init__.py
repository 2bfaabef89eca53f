"""What somebody has built without tenfold, and how a stack takes it over: nothing is written in the cloud here."""
