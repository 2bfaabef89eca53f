"""The program of raw `pulumi up`: the blueprint that `tenfold:blueprint` names."""

from tenfold.stacks.program import main

main()
