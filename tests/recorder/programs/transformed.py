"""Stack transformations, as the blueprint's `overrides` use them: also with names the class does not have."""

# pyright: reportArgumentType=false
import pulumi
import pulumi_aws as aws

OVERRIDES = {
    "first": {"display_name": "given", "tags": {"a": "b"}},
    "second": {"nonsense_name": {"inner_key": 1}, "beginning_archive_time": "an output"},
    "third": {"deliveryPolicy": "the wire's name"},
}


def override(args):
    if args.name in OVERRIDES:
        return pulumi.ResourceTransformationResult({**args.props, **OVERRIDES[args.name]}, args.opts)


pulumi.runtime.register_stack_transformation(override)
for name in OVERRIDES:
    aws.sns.Topic(name, display_name="from the component")


class Group(pulumi.ComponentResource):
    def __init__(self, name, opts=None):
        super().__init__("test:index:Group", name, {"a": 1}, opts)
        aws.sns.Topic(f"{name}-topic", opts=pulumi.ResourceOptions(parent=self))


def rename(args):
    if args.type_ == "aws:sns/topic:Topic":
        return pulumi.ResourceTransformationResult(
            args.props, pulumi.ResourceOptions.merge(args.opts, pulumi.ResourceOptions(ignore_changes=["tags"]))
        )


Group("plain")
Group("changed", opts=pulumi.ResourceOptions(transformations=[rename]))
