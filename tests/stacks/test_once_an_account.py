"""What AWS has once for all of an account and region is in no stack: two stacks would overwrite each other's."""

import pytest

from tests.stacks.graphs import Case, cases, graph

# Each is one setting of an account, or of its region: the resource types' own pages in the AWS API references.
ONCE = {
    "aws:ecr/replicationConfiguration:ReplicationConfiguration",  # images are pushed to both regions instead
    "aws:ecr/registryPolicy:RegistryPolicy",
    "aws:ecr/registryScanningConfiguration:RegistryScanningConfiguration",
    "aws:backup/regionSettings:RegionSettings",
    "aws:backup/globalSettings:GlobalSettings",
    "aws:ebs/encryptionByDefault:EncryptionByDefault",
    "aws:ebs/defaultKmsKey:DefaultKmsKey",
    "aws:s3/accountPublicAccessBlock:AccountPublicAccessBlock",
    "aws:iam/accountPasswordPolicy:AccountPasswordPolicy",
    "aws:apigateway/account:Account",
    "aws:guardduty/detector:Detector",
    "aws:securityhub/account:Account",
    "aws:cfg/recorder:Recorder",
}


@pytest.mark.parametrize("case", cases("prod"), ids=str)
def test_no_stack_has_what_there_is_once_an_account(case: Case) -> None:
    assert [one.name for one in graph(case).resources.values() if one.type in ONCE] == []
