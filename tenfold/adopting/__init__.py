"""Takes over resources that were built without tenfold. Nothing here writes to the cloud."""
