"""Relations between resources that AWS refuses and moto does not, one file a service.

A guard is called just before a resource is created or changed, asks the cloud about the others, and raises
RequestFailed naming property, value and rule. `guards: [ec2.volume_zone]` in `data/*.yaml` names `volume_zone` of
`ec2.py`; so does `guard.ec2.volume_zone` among the steps of a deletion.
"""
