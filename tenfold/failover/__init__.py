"""One region takes over from another: the steps, their calls to AWS, and the journal by which a killed run resumes.

takeover.py    the data of a takeover, the class of a step, and waiting for AWS
steps.py       the steps of a failover
homeward.py    the steps of a failback
moves.py       what changes in each region with `regions.active`, read from the next `up`'s difference
servers.py     servers and pods: stopped in one region, started in the other
images.py      container images that new servers fetch from their own region's registry
pods.py        pods of services, whose number an autoscaler keeps
quota.py       the vCPUs that a failover starts at once, and the account's quota for them
replicas.py    whether copies of secrets and keys can be used
copies.py      databases: renamed, closed to clients, and copied under another database's name
comparison.py  objects, items of tables and secrets, compared between the regions before a failback
exchange.py    the state after a failback
journal.py     the steps that have ended, so that a killed run resumes
register.py    the journal in Parameter Store, for colleagues, and which run is active
trouble.py     errors of AWS, each with its remedy
drill.py       an exercise: marks written in one region must arrive in the other
"""
