"""What house rules say of a field being set, and of which fields they cannot say it."""

from collections.abc import Mapping

from tenfold.blueprints.source.document import Route

ALWAYS, NEVER = "always", "never"  # what a rule says of a field being set

# Fields that only a blueprint can set, for its own environments.
_PROMOTION = "It belongs to one environment, where `tenfold promote` sets it."
_THROWAWAY = "It takes the protection off stored data. Set it in a blueprint: `environments: {dev: {throwaway: true}}`."
ONLY_IN_BLUEPRINTS: Mapping[Route, str] = {
    ("name",): "It is in the name of every resource.",
    ("throwaway",): _THROWAWAY,
    ("promoting_from",): _PROMOTION,
    ("moved", "data"): _PROMOTION,
    ("moved", "traffic"): _PROMOTION,
    ("leftovers",): _PROMOTION,
}
