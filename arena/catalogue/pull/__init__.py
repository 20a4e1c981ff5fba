"""Public price lists beside the catalogue: read them, show what differs, and take it over into the TOML files.

load_price_list  a saved file or a URL -> PriceList
prices_pull      catalogue and lists -> PriceDiff
render_diff      PriceDiff -> text to review
write_prices     PriceDiff -> data/, all or nothing, and nothing that fails the check
"""

from arena.catalogue.pull.diff import ChangedPrice, GonePrice, PriceDiff, UnmappedPrice, prices_pull, render_diff
from arena.catalogue.pull.lists import (
    LISTS,
    ListedPrice,
    ListKind,
    PriceList,
    load_named_list,
    load_price_list,
    parse_price_list,
)
from arena.catalogue.pull.writing import write_prices

__all__ = [
    "LISTS",
    "ChangedPrice",
    "GonePrice",
    "ListKind",
    "ListedPrice",
    "PriceDiff",
    "PriceList",
    "UnmappedPrice",
    "load_named_list",
    "load_price_list",
    "parse_price_list",
    "prices_pull",
    "render_diff",
    "write_prices",
]
