"""Relations between inputs that AWS refuses and neither the API models nor moto know, one file a service.

A rule is a pure function: inputs -> [(property, what is wrong)]. `rules: [ec2.network_size]` in `data/*.yaml` names
`network_size` of `ec2.py`. Limits are AWS's documented ones.
"""
