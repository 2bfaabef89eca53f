"""One region takes over from another: the steps, what they ask of AWS, and the journal that lets them go on.

takeover.py    what a takeover works on, what a step is, and how it waits
steps.py       those of a failover
homeward.py    those of a failback, the way home
moves.py       what `regions.active` asks of each region, read from the difference that the next `up` would see
servers.py     what runs in a region: stopped in one, started in the other
images.py      what servers that start fetch from their own region's registry
pods.py        pods of services, whose number an autoscaler keeps
quota.py       what the standby region may start at once, and what the account may run there
replicas.py    whether copies of secrets and keys are fit for use
copies.py      databases that are renamed, closed, and copied under the names of others
comparison.py  what both regions keep besides databases, compared before the way home
exchange.py    the state after a failback
journal.py     what was done, so that a killed run goes on
register.py    the same where colleagues read it, and who is at work
trouble.py     what AWS refuses, in words that say what to do
drill.py       the same on the local cloud, where a region is really lost
"""
