"""Programs with a mistake, or with something the light recorder does not model: never a silent difference.

Either both recorders refuse for the same reason, or the light one says what it does not model, by name.
"""

import re

import both
import pytest

from tenfold import recorder
from tenfold.graph import DuplicateUrn
from tenfold.recorder import sdk
from tenfold.recorder.errors import ProgramFailed, Unsupported
from tenfold.recorder.light import tables
from tenfold.recorder.light.record import record as light

HEAD = "import pulumi, pulumi_aws as aws\nfrom pulumi import Output, ResourceOptions as RO\nT = aws.sns.Topic\n"

# program: what both say
MISTAKES = {
    "T('a', nonsense=1)": "unexpected keyword argument 'nonsense'",
    "aws.ec2.Subnet('s', cidr_block='10.0.0.0/24')": "Missing required property 'vpc_id'",
    "aws.lb.ListenerDefaultActionArgs()": "'type'",
    "aws.lb.ListenerDefaultActionArgs(type='forward', nonsense=1)": "unexpected keyword argument 'nonsense'",
    "aws.kms.AliasArgs()": "'target_key_id'",
    "T('a').nonsense": "no attribute 'nonsense'",
    "T('')": "Missing resource name",
    "T('a', name=object())": "unexpected input of type object for name",
    "T('a', name=['x'])": "While processing input: 'name'",
    "T('a', opts={'parent': None})": "ResourceOptions",
    "T('a', opts=RO(depends_on=['x']))": "was not a Resource",
    "list(T('a').arn)": "not iterable",
    "pulumi.Config().require('zz')": "Missing required configuration variable 'bench:zz'",
    "pulumi.Config().require_int('env')": "'prod' is not a valid",
    "T('a', name='n').name.apply(lambda v: 1 / 0)": "division by zero",
    "aws.ssm.get_parameter(name='/mine/secret')": "/mine/secret is not known offline",
    "class C(pulumi.ComponentResource):\n"
    "    def __init__(self, n):\n"
    "        super().__init__('x:y:C', n); T(n + '-t', opts=RO(parent=self, depends_on=[self]))\n"
    "C('c')": "circular dependency",
    "class C(pulumi.ComponentResource):\n"
    "    def __init__(self, n, o=None):\n"
    "        super().__init__('x:y:C', n, None, o); self.t = T(n + '-t', opts=RO(parent=self))\n"
    "a = C('a'); b = C('b', RO(depends_on=a)); T('z', opts=RO(parent=a, depends_on=b))": "circular dependency",
}

# program: what the light recorder names
NOT_MODELLED = {
    "async def f(v): return v\nT('q', name=T('p', name='n').name.apply(f))": "async callback",
    "from pulumi.dynamic import Resource": "pulumi.dynamic",
    "import pulumi_random": "pulumi_random",
    "from pulumi_kubernetes import helm": "pulumi_kubernetes.helm",
    "import pulumi_kubernetes.batch.v1": "pulumi_kubernetes.batch",
    "pulumi.StackReference('o/p/s')": "pulumi.StackReference",
    "aws.glue.Registry('q')": "pulumi_aws.glue",
    "aws.ec2.SpotFleetRequest('q')": "pulumi_aws.ec2.SpotFleetRequest",
    "aws.ec2.get_ami(most_recent=True)": "pulumi_aws.ec2.get_ami",
    "T('q', opts=RO(hooks=object()))": "hooks",
    "T('q', opts=RO(urn='urn:x'))": "urn",
    "aws.iam.Role('r', assume_role_policy={'Statement': []})": "pass JSON text",
    "aws.ec2.Eip('e', False)": "by position",
    "pulumi.ComponentResource('x:y:R', 'r', remote=True)": "remote components",
    "aws.ec2.Vpc.get('v', 'vpc-1', cidr_block='x')": "get",
}


@pytest.mark.parametrize(("program", "said"), MISTAKES.items(), ids=range(len(MISTAKES)))
def test_both_recorders_refuse_a_mistake(program, said):
    for record in (sdk.record, light):
        with pytest.raises((ProgramFailed, Unsupported), match=re.escape(said)):
            record(both.run(both.source(HEAD + program), True))


@pytest.mark.parametrize(("program", "named"), NOT_MODELLED.items(), ids=range(len(NOT_MODELLED)))
def test_what_is_not_modelled_is_refused_by_name(program, named):
    with pytest.raises(Unsupported, match=re.escape(named)):
        light(both.run(both.source(HEAD + program), True))


def test_an_output_in_an_f_string_is_a_mistake_not_a_value():
    program = both.source(HEAD + "t = T('a')\nT('b', name=f'x-{t.arn}')")
    with pytest.raises(ProgramFailed, match=re.escape("Output.concat")):
        light(both.run(program, True))


def test_a_function_nobody_can_answer_offline_is_named():
    with pytest.raises(ProgramFailed, match=re.escape("aws:ec2/getAmi:getAmi has no offline answer")):
        sdk.record(both.run(both.source(HEAD + "aws.ec2.get_ami(most_recent=True)"), True))


def test_a_mistake_is_told_with_the_line_of_the_program(tmp_path):
    file = tmp_path / "program.py"
    text = HEAD + "def component():\n    aws.ec2.Subnet('s', cidr_block='x')\n\ncomponent()\n"
    for record in (sdk.record, light):
        with pytest.raises(ProgramFailed) as caught:
            record(both.run(both.source(text, str(file)), True))
        assert caught.value.place is not None
        assert (caught.value.place.file, caught.value.place.line) == (str(file), 5)


@pytest.mark.parametrize("value", ["object()", "aws.sns.Topic('x').arn.apply(len).apply(lambda n: object())"])
def test_a_wrong_value_is_told_with_the_line_of_its_resource(value, tmp_path):
    file = tmp_path / "program.py"
    text = HEAD + f"value = {value}\nT('a', name=value)\n"
    with pytest.raises(ProgramFailed, match="unexpected input of type object for name") as caught:
        light(both.run(both.source(text, str(file)), True))
    assert str(caught.value.place) == f"{file}:5"


def test_two_resources_of_one_urn_are_refused_with_both_places(tmp_path):
    file = str(tmp_path / "program.py")
    text = HEAD + "T('same')\n\nT('other')\nT('same')\n"
    for record in (sdk.record, light):
        with pytest.raises(DuplicateUrn) as caught:
            record(both.run(both.source(text, file), True))
        assert caught.value.urn.endswith("::aws:sns/topic:Topic::same")
        assert (str(caught.value.first), str(caught.value.second)) == (f"{file}:4", f"{file}:7")


def test_the_sdk_takes_over_with_a_note():
    program = both.source(HEAD + "aws.glue.Registry('q', registry_name='n')")
    recording = recorder.record(both.run(program, True))
    assert [resource.type for resource in recording.graph] == ["aws:glue/registry:Registry"]
    assert "pulumi_aws.glue" in recording.note
    assert "SDK" in recording.note


@pytest.mark.parametrize("package", tables.PACKAGES)
def test_another_version_of_the_sdk_than_the_tables_is_noted(monkeypatch, package):
    run = both.run(both.source(HEAD + "T('t')"), True)
    assert recorder.record(run).note == ""
    installed = recorder.installed_version
    monkeypatch.setattr(recorder, "installed_version", lambda name: "9.9.9" if name == package else installed(name))
    assert f"the plan knows {package} {tables.version(package)}, installed is 9.9.9" in recorder.record(run).note


def test_nothing_is_left_behind_by_a_program_that_fails():
    with pytest.raises(ProgramFailed):
        light(both.run(both.source(HEAD + "T('a'); 1 / 0"), True))
    reference, fast = both.record_both(both.source(HEAD + "T('a')"), True)
    assert both.differences(reference, fast) == []
    assert len(fast) == 1
