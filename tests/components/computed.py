"""Outputs of AWS types that are no text, which tests/components/recording.py does not make up: added for one test."""

COMPUTED = {
    "aws:ec2/launchTemplate:LaunchTemplate": {"latestVersion": 1},
    "aws:acm/certificate:Certificate": {
        "domainValidationOptions": [
            {
                "domainName": "shop.example.com",
                "resourceRecordName": "_proof.shop.example.com",
                "resourceRecordType": "CNAME",
                "resourceRecordValue": "_value.acm-validations.aws",
            }
        ]
    },
    "aws:eks/cluster:Cluster": {"certificateAuthority": {"data": "Q0E="}},
    "aws:elasticache/replicationGroup:ReplicationGroup": {"memberClusters": ["g-002", "g-0002-001", "g-001"]},
    "aws:route53/zone:Zone": {"nameServers": ["ns-1.example.net", "ns-2.example.org"]},
}
