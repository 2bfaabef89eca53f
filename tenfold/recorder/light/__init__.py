"""The fast recorder: a light stand-in for the Pulumi SDK, for planning only.

An import hook (`hook`) gives the program light modules named `pulumi` and `pulumi_aws`; components and stacks are byte
for byte what `pulumi up` runs. A constructor only notes what it was given; everything is worked out after the program's
last line (`collect`), as in the SDK, whose loop runs then. What is not modelled raises `Unsupported`, by name.

`tests/recorder` holds it equal to the recorder on the real SDK.
"""
