"""The local cloud refuses a deletion as AWS does, whoever asks: the provider, the AWS command line, boto3."""

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws

from tenfold.providers.aws import deletion

REGION = "us-east-1"


def client(service):
    return boto3.client(service, REGION, aws_access_key_id="test", aws_secret_access_key="test")


def balancer():
    ec2, elb = client("ec2"), client("elbv2")
    subnets = [subnet["SubnetId"] for subnet in ec2.describe_subnets()["Subnets"]][:2]
    arn = elb.create_load_balancer(Name="lb", Subnets=subnets)["LoadBalancers"][0]["LoadBalancerArn"]
    on = [{"Key": "deletion_protection.enabled", "Value": "true"}]
    elb.modify_load_balancer_attributes(LoadBalancerArn=arn, Attributes=on)
    resource = {"type": "aws:lb/loadBalancer:LoadBalancer", "id": arn, "outputs": {"enableDeletionProtection": True}}
    return resource, lambda: elb.delete_load_balancer(LoadBalancerArn=arn)


def database():
    rds = client("rds")
    rds.create_db_instance(
        DBInstanceIdentifier="db",
        Engine="postgres",
        DBInstanceClass="db.t4g.micro",
        MasterUsername="root",
        MasterUserPassword="secret-secret",
        AllocatedStorage=20,
        DeletionProtection=True,
    )
    outputs = {"identifier": "db", "deletionProtection": True}
    resource = {"type": "aws:rds/instance:Instance", "id": "db-X", "outputs": outputs}
    return resource, lambda: rds.delete_db_instance(DBInstanceIdentifier="db", SkipFinalSnapshot=True)


def server():
    ec2 = client("ec2")
    image = ec2.describe_images()["Images"][0]["ImageId"]
    found = ec2.run_instances(ImageId=image, MinCount=1, MaxCount=1, InstanceType="t4g.nano")["Instances"][0]
    ec2.modify_instance_attribute(InstanceId=found["InstanceId"], DisableApiTermination={"Value": True})
    outputs = {"disableApiTermination": True}
    resource = {"type": "aws:ec2/instance:Instance", "id": found["InstanceId"], "outputs": outputs}
    return resource, lambda: ec2.terminate_instances(InstanceIds=[found["InstanceId"]])


def table():
    dynamodb = client("dynamodb")
    dynamodb.create_table(
        TableName="t",
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        BillingMode="PAY_PER_REQUEST",
        DeletionProtectionEnabled=True,
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
    )
    resource = {"type": "aws:dynamodb/table:Table", "id": "t"}
    outputs = {"name": "t", "deletionProtectionEnabled": True}
    return {**resource, "outputs": outputs}, lambda: dynamodb.delete_table(TableName="t")


@pytest.mark.parametrize("make", [balancer, database, server, table])
def test_what_aws_protects_stays_until_the_protection_is_switched_off(make):
    with mock_aws():
        resource, delete = make()
        resource["urn"] = "urn:x"
        off = deletion.blocking_inputs(resource["type"], resource["outputs"])
        with pytest.raises(ClientError):
            delete()
        deletion.switch_off([resource], {"urn:x": off}, lambda service, region: client(service))
        delete()
        if make is not server:  # which stays for an hour, terminated; what is gone is in nobody's way
            deletion.switch_off([resource], {"urn:x": off}, lambda service, region: client(service))


def test_a_table_s_copy_goes_when_its_own_protection_is_off_and_the_table_s_stays_on():
    with mock_aws():
        resource, _ = table()
        here, there = client("dynamodb"), boto3.client("dynamodb", "eu-west-1")
        here.update_table(TableName="t", ReplicaUpdates=[{"Create": {"RegionName": "eu-west-1"}}])
        there.update_table(TableName="t", DeletionProtectionEnabled=True)
        gone = [{"Delete": {"RegionName": "eu-west-1"}}]
        with pytest.raises(ClientError):
            here.update_table(TableName="t", ReplicaUpdates=gone)
        copy = {"regionName": "eu-west-1", "deletionProtectionEnabled": True}
        resource |= {"urn": "urn:x", "outputs": {**resource["outputs"], "replicas": [copy]}}
        off = deletion.leaving_blocks(resource["type"], resource["outputs"], {})
        assert deletion.leaving_blocks(resource["type"], resource["outputs"], resource["outputs"]) == {}
        deletion.switch_off([resource], {"urn:x": off}, lambda service, region: boto3.client(service, region))
        here.update_table(TableName="t", ReplicaUpdates=gone)
        assert here.describe_table(TableName="t")["Table"]["DeletionProtectionEnabled"]


@pytest.mark.parametrize("what", ["a file", "an old version", "a delete marker"])
def test_a_bucket_with_anything_in_it_stays(what):
    with mock_aws():
        s3 = client("s3")
        s3.create_bucket(Bucket="files")
        if what != "a file":
            s3.put_bucket_versioning(Bucket="files", VersioningConfiguration={"Status": "Enabled"})
        version = s3.put_object(Bucket="files", Key="k", Body=b"x").get("VersionId")
        if what != "a file":
            s3.delete_object(Bucket="files", Key="k")
        if what == "a delete marker":
            s3.delete_object(Bucket="files", Key="k", VersionId=version)
        with pytest.raises(ClientError, match="BucketNotEmpty"):
            s3.delete_bucket(Bucket="files")


def test_a_zone_with_records_stays():
    with mock_aws():
        route53 = client("route53")
        zone = route53.create_hosted_zone(Name="example.com", CallerReference="1")["HostedZone"]["Id"]
        record = {"Name": "a.example.com", "Type": "A", "TTL": 60, "ResourceRecords": [{"Value": "192.0.2.1"}]}
        change = {"Changes": [{"Action": "CREATE", "ResourceRecordSet": record}]}
        route53.change_resource_record_sets(HostedZoneId=zone, ChangeBatch=change)
        with pytest.raises(ClientError, match="HostedZoneNotEmpty"):
            route53.delete_hosted_zone(Id=zone)


@mock_aws
def test_what_something_else_is_in_or_names_stays():
    """DeleteSecurityGroup and DeleteSubnet: DependencyViolation, and once that has gone no more."""
    ec2, elb = client("ec2"), client("elbv2")
    vpc = ec2.create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"]
    blocks = {"a": "10.9.1.0/24", "b": "10.9.2.0/24"}
    subnets = [
        ec2.create_subnet(VpcId=vpc, CidrBlock=block, AvailabilityZone=f"{REGION}{zone}")["Subnet"]["SubnetId"]
        for zone, block in blocks.items()
    ]
    first, second = (
        ec2.create_security_group(GroupName=name, Description="-", VpcId=vpc)["GroupId"] for name in ("one", "two")
    )
    rule = [{"IpProtocol": "tcp", "FromPort": 80, "ToPort": 80, "UserIdGroupPairs": [{"GroupId": first}]}]
    ec2.authorize_security_group_ingress(GroupId=second, IpPermissions=rule)
    there = ec2.describe_security_groups(Filters=[{"Name": "vpc-id", "Values": [vpc]}])["SecurityGroups"]
    [main] = [group["GroupId"] for group in there if group["GroupName"] == "default"]
    balancer = elb.create_load_balancer(Name="lb", Subnets=subnets, SecurityGroups=[second])["LoadBalancers"][0]
    image = ec2.describe_images()["Images"][0]["ImageId"]
    server = ec2.run_instances(ImageId=image, MinCount=1, MaxCount=1, SubnetId=subnets[0])["Instances"][0]["InstanceId"]

    def refused(operation, **what):
        try:
            getattr(ec2, operation)(**what)
        except ClientError as error:
            return error.response["Error"]["Code"]
        return ""

    assert refused("delete_security_group", GroupId=main) == "CannotDelete"
    assert refused("delete_security_group", GroupId=first) == "DependencyViolation", "a rule names it"
    assert refused("delete_security_group", GroupId=second) == "DependencyViolation", "a balancer is in it"
    assert refused("delete_subnet", SubnetId=subnets[1]) == "DependencyViolation", "a balancer is in it"
    elb.delete_load_balancer(LoadBalancerArn=balancer["LoadBalancerArn"])
    assert refused("delete_subnet", SubnetId=subnets[0]) == "DependencyViolation", "a server is in it"
    ec2.terminate_instances(InstanceIds=[server])
    assert [refused("delete_subnet", SubnetId=key) for key in subnets] == ["", ""]
    assert [refused("delete_security_group", GroupId=key) for key in (second, first)] == ["", ""]
    assert refused("delete_vpc", VpcId=vpc) == ""
