"""The description that machine-learning tools and reviewers read: Croissant 1.1 with the responsible-AI vocabulary 1.0.

Sources: http://mlcommons.org/croissant/1.1 (29 January 2026), http://mlcommons.org/croissant/RAI/1.0. The fields that
the Evaluations and Datasets track of NeurIPS asks for since 2026 are ``rai:dataLimitations``, ``rai:dataBiases``,
``rai:personalSensitiveInformation``, ``rai:dataUseCases``, ``rai:dataSocialImpact``, ``rai:hasSyntheticData``,
``prov:wasDerivedFrom`` and ``prov:wasGeneratedBy``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from arena.exports.columns import Column
from arena.exports.dataset.facts import KEYWORDS, DatasetFacts, wholly_simulated
from arena.exports.dataset.tables import DataTable
from arena.exports.files import software
from arena.records import Origin

Json = dict[str, Any]

CONFORMS_TO = ("http://mlcommons.org/croissant/1.1", "http://mlcommons.org/croissant/RAI/1.0")
CONTEXT: Mapping[str, Any] = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "annotation": "cr:annotation",
    "arrayShape": "cr:arrayShape",
    "citeAs": "cr:citeAs",
    "column": "cr:column",
    "conformsTo": "dct:conformsTo",
    "containedIn": "cr:containedIn",
    "cr": "http://mlcommons.org/croissant/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "dct": "http://purl.org/dc/terms/",
    "description": {"@container": "@language"},
    "equivalentProperty": "cr:equivalentProperty",
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "excludes": "cr:excludes",
    "extract": "cr:extract",
    "field": "cr:field",
    "fileObject": "cr:fileObject",
    "fileProperty": "cr:fileProperty",
    "fileSet": "cr:fileSet",
    "format": "cr:format",
    "includes": "cr:includes",
    "isArray": "cr:isArray",
    "isLiveDataset": "cr:isLiveDataset",
    "jsonPath": "cr:jsonPath",
    "key": "cr:key",
    "md5": "cr:md5",
    "name": {"@container": "@language"},
    "parentField": "cr:parentField",
    "path": "cr:path",
    "prov": "http://www.w3.org/ns/prov#",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "recordSet": "cr:recordSet",
    "references": "cr:references",
    "regex": "cr:regex",
    "repeated": "cr:repeated",
    "replace": "cr:replace",
    "samplingRate": "cr:samplingRate",
    "sc": "https://schema.org/",
    "separator": "cr:separator",
    "source": "cr:source",
    "subField": "cr:subField",
    "transform": "cr:transform",
}
"""As the specification recommends it, with PROV-O."""
DATA_TYPES = {
    "text": "sc:Text",
    "true or false": "sc:Boolean",
    "integer": "sc:Integer",
    "number": "sc:Float",
    "decimal": "sc:Float",
    "date": "sc:Date",
    "time": "sc:DateTime",
    "list of text": "sc:Text",
}
"""By the name that the data dictionary gives a type."""
MEDIA_TYPES = {".csv": "text/csv", ".parquet": "application/x-parquet"}


def croissant(facts: DatasetFacts, sums: Mapping[str, str]) -> Json:
    """The record of a data set; ``sums`` has the SHA-256 of its files by path."""
    record: Json = {
        "@context": dict(CONTEXT),
        "@type": "sc:Dataset",
        "conformsTo": list(CONFORMS_TO),
        "name": facts.title,
        "description": facts.description,
        "version": facts.version,
        "datePublished": facts.date.isoformat(),
        "creator": [{"@type": "sc:Organization", "name": name} for name in facts.creators],
        "keywords": list(KEYWORDS) + ["simulated"] * facts.simulated,
        "inLanguage": list(facts.languages),
        "isAccessibleForFree": True,
        "isLiveDataset": False,
        "citeAs": facts.citation,
    }
    if facts.url:
        record["url"] = facts.url
    if facts.licences:
        record["license"] = list(dict.fromkeys(licence.address for licence in facts.licences))
    if facts.doi:
        record["sameAs"] = f"https://doi.org/{facts.doi}"
    return {
        **record,
        **_responsible_ai(facts),
        **_provenance(facts),
        "distribution": [_file(path, sums[path]) for table in facts.tables for path in table.files],
        "recordSet": [_record_set(table) for table in facts.tables],
    }


def _file(path: str, sha256: str) -> Json:
    return {
        "@type": "cr:FileObject",
        "@id": path,
        "name": path,
        "contentUrl": path,
        "encodingFormat": MEDIA_TYPES[path[path.rindex(".") :]],
        "sha256": sha256,
    }


def _record_set(table: DataTable) -> Json:
    record: Json = {
        "@type": "cr:RecordSet",
        "@id": table.name,
        "name": table.name,
        "description": table.meaning,
        "field": [_field(table, column) for column in table.columns],
    }
    if table.key:
        keys = [{"@id": f"{table.name}/{name}"} for name in table.key]
        record["key"] = keys[0] if len(keys) == 1 else keys
    return record


def _field(table: DataTable, column: Column) -> Json:
    unit = f" Unit: {column.unit}." if column.unit else ""
    missing = f" Without a value: {column.missing}" if column.missing else ""
    record: Json = {
        "@type": "cr:Field",
        "@id": f"{table.name}/{column.name}",
        "name": column.name,
        "description": f"{column.meaning}{unit}{missing}",
        "dataType": DATA_TYPES[column.type],
        "source": {"fileObject": {"@id": table.files[0]}, "extract": {"column": column.name}},
    }
    if column.type == "list of text":
        record |= {"isArray": True, "arrayShape": "-1"}
    return record


def _responsible_ai(facts: DatasetFacts) -> Json:
    texts, summary = facts.texts, facts.summary
    origins = [origin for _, origin in facts.ratings.origins]
    kinds = {
        Origin.HUMAN: "Crowdsourcing",
        Origin.DERIVED: "Secondary Data Analysis",
        Origin.SIMULATED: "Software Collection",
    }
    record: Json = {
        "rai:dataCollection": texts["collection"],
        "rai:dataCollectionType": [kinds[origin] for origin in Origin if origin in origins],
        "rai:dataLimitations": texts["limitations"],
        "rai:dataBiases": texts["biases"],
        "rai:personalSensitiveInformation": f"{texts['sensitive']} Consent of the voters: {texts['consent']}",
        "rai:dataUseCases": texts["use_cases"],
        "rai:dataSocialImpact": texts["social_impact"],
        "rai:dataReleaseMaintenancePlan": texts["maintenance"],
        "rai:annotatorDemographics": texts["annotators"],
        "rai:dataAnnotationProtocol": (
            "A voter says which of two pictures for one prompt is better, that they are equal, or that both are bad, "
            "and may tick words for why."
        ),
        "rai:hasSyntheticData": facts.simulated,
    }
    if summary.first and summary.last:
        record["rai:dataCollectionTimeFrame"] = [summary.first.date().isoformat(), summary.last.date().isoformat()]
    return record


def _provenance(facts: DatasetFacts) -> Json:
    derived: list[Json] = [
        # Not of the type sc:Dataset: mlcroissant takes one of the nodes of that type for the record itself.
        {
            "@type": "prov:Entity",
            "@id": source.url,
            "prov:label": f"{source.title}, under {source.licence}",
        }
        for source in facts.sources
    ]
    if facts.log_head:
        named = "The sealed log of votes, by the head of its hash chain"
        derived.append({"@type": "prov:Entity", "@id": f"urn:sha256:{facts.log_head}", "prov:label": named})
    ratings = facts.ratings
    simulated = " by a program" if wholly_simulated(ratings) else ""
    steps = {
        "Collection": f"Votes were cast{simulated} or imported: {facts.texts['collection']}",
        "Rating": (
            f"{software()} computed ratings from the votes: method {ratings.settings.method.value}, version "
            f"{ratings.method_version}; dataset.json has all settings."
        ),
        "Catalogue": "People and programs read facts and prices of models from public sources, which the tables name.",
    }
    return {
        "prov:wasDerivedFrom": derived,
        "prov:wasGeneratedBy": [
            {"@type": "prov:Activity", "prov:label": label, "sc:description": text} for label, text in steps.items()
        ],
    }
