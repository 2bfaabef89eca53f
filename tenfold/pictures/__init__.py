"""Pictures of an architecture: tiers, not resources, each in its lane; SVG, Mermaid, Graphviz, plain text.

No layout library: the tiers are known, so their places are. No icons: those of AWS have no open licence. The same
architecture gives the same bytes. Commands import it, and nothing else does.
"""
