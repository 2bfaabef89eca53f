"""What moto 5.2.5 lacks and the local cloud needs, loaded by importing this: in the server process, and by tests before
`mock_aws`.

Every file of this folder replaces or adds private parts of one of moto's services, which is why moto is pinned exactly.
moto serializes model attributes by the API's own shapes, so a parameter it drops is kept by setting the attribute
(`keep`). A new file needs no entry anywhere: all of them are imported.
"""

import importlib
import pkgutil

from tenfold.local import moto

for _file in pkgutil.walk_packages(moto.__path__, f"{moto.__name__}."):
    if _file.name != __name__:
        importlib.import_module(_file.name)
