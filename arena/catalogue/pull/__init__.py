"""Public price lists beside the catalogue: read them, show what differs, and take it over into the TOML files.

load_price_list  a saved file or a URL -> PriceList
prices_pull      catalogue and lists -> PriceDiff
render_diff      PriceDiff -> text to review, or tables for a pull request
write_prices     PriceDiff -> data/, without what fails the check
"""

from arena.catalogue.pull.diff import ChangedPrice, GonePrice, NewPrice, PriceDiff, UnmappedPrice, prices_pull
from arena.catalogue.pull.fetch import load_named_list, load_price_list
from arena.catalogue.pull.lists import LISTS, ListedPrice, ListKind, PriceList, parse_price_list
from arena.catalogue.pull.render import DiffFormat, render_diff, render_left_out
from arena.catalogue.pull.writing import WrittenPrices, write_prices

__all__ = [
    "LISTS",
    "ChangedPrice",
    "DiffFormat",
    "GonePrice",
    "ListKind",
    "ListedPrice",
    "NewPrice",
    "PriceDiff",
    "PriceList",
    "UnmappedPrice",
    "WrittenPrices",
    "load_named_list",
    "load_price_list",
    "parse_price_list",
    "prices_pull",
    "render_diff",
    "render_left_out",
    "write_prices",
]
