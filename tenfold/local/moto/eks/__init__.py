"""EKS: clusters, node groups, access entries, add-ons and pod identities, of which moto knows the first two, in part.

Everything is kept in the form of the API, and replaces what moto keeps. In the local cloud's server a cluster has a
real API server behind it (`planes`).
"""
