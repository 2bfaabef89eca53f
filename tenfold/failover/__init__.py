"""One region takes over from another: the steps, what they ask of AWS, and the journal that lets them go on."""
