"""A backend for Data Lifecycle Manager, which moto does not have: it keeps policies and takes no snapshots."""

import re
import sys
from types import ModuleType, SimpleNamespace
from typing import Any
from urllib.parse import unquote

from moto import backend_index
from moto.core.base_backend import BackendDict, BaseBackend
from moto.core.responses import ActionResult, BaseResponse
from moto.core.utils import utcnow
from moto.moto_api._internal import mock_random

from tenfold.local.moto.refusal import Refused


class DlmBackend(BaseBackend):
    def __init__(self, region_name: str, account_id: str) -> None:
        super().__init__(region_name, account_id)
        self.policies: dict[str, dict[str, Any]] = {}

    @property
    def _url_module(self) -> Any:
        paths = ("/policies$", "/policies/(?P<policyId>[^/]+)$", "/tags/(?P<resourceArn>.+)$")
        return SimpleNamespace(url_bases=[_URL], url_paths={"{0}" + p: DlmResponse.dispatch for p in paths})

    def policy(self, key: str) -> dict[str, Any]:
        if key not in self.policies:
            raise Refused("ResourceNotFoundException", f"Policy {key} not found")
        return self.policies[key]


_URL = r"https?://dlm\.(.+)\.amazonaws\.com"
dlm_backends = BackendDict(DlmBackend, "dlm")


class DlmResponse(BaseResponse):
    def __init__(self) -> None:
        super().__init__(service_name="dlm")
        self.automated_parameter_parsing = True

    @property
    def backend(self) -> DlmBackend:
        return dlm_backends[self.current_account][self.region]

    def _policy(self) -> dict[str, Any]:
        arn = self._get_param("ResourceArn")
        return self.backend.policy(unquote(arn).rpartition("/")[2] if arn else self._get_param("PolicyId"))

    def create_lifecycle_policy(self) -> ActionResult:
        key = f"policy-{mock_random.get_random_hex(17)}"
        self.backend.policies[key] = {
            **{k: v for k, v in self.params.items() if k != "DefaultPolicy"},
            "DefaultPolicy": bool(self.params.get("DefaultPolicy")),
            "PolicyId": key,
            "PolicyArn": f"arn:aws:dlm:{self.region}:{self.current_account}:policy/{key}",
            "DateCreated": utcnow(),
            "DateModified": utcnow(),
        }
        return ActionResult({"PolicyId": key})

    def get_lifecycle_policy(self) -> ActionResult:
        return ActionResult({"Policy": self._policy()})

    def update_lifecycle_policy(self) -> ActionResult:
        self._policy().update({**self.params, "DateModified": utcnow()})
        return ActionResult({})

    def delete_lifecycle_policy(self) -> ActionResult:
        del self.backend.policies[self._policy()["PolicyId"]]
        return ActionResult({})

    def tag_resource(self) -> ActionResult:
        self._policy().setdefault("Tags", {}).update(self._get_param("Tags"))
        return ActionResult({})

    def untag_resource(self) -> ActionResult:
        for key in self._get_param("TagKeys"):
            self._policy().get("Tags", {}).pop(key, None)
        return ActionResult({})

    def list_tags_for_resource(self) -> ActionResult:
        return ActionResult({"Tags": self._policy().get("Tags", {})})


# moto finds this backend as one of its own.
_module = ModuleType("moto.dlm.models")
vars(_module)["dlm_backends"] = dlm_backends
sys.modules["moto.dlm"] = sys.modules["moto.dlm.models"] = _module
if not any(name == "dlm" for name, _ in backend_index.backend_url_patterns):
    backend_index.backend_url_patterns.append(("dlm", re.compile(_URL)))
