"""The options that say where plug-ins and further models lie. ComfyUI's spellings."""

import argparse
from argparse import Namespace
from pathlib import Path
from typing import Any

from compat.comfyui.model_paths import ModelPaths, ModelPathsError, read_model_paths
from compat.comfyui.worker.packs import PackChoice, find_packs
from web.server.extensions import MANIFEST

PLUGINS = "compat.comfyui.worker.host:load"
_CUSTOM_NODES = Path(__file__).resolve().parent.parent / "custom_nodes"


def add_plugin_options(parser: argparse.ArgumentParser) -> None:
    """Add the group of options about plug-ins."""
    group = parser.add_argument_group("plug-ins")
    group.add_argument(
        "--custom-nodes-dir",
        type=Path,
        action="append",
        default=[],
        metavar="DIR",
        help="a further folder of plug-ins beside ./custom_nodes; may be repeated",
    )
    group.add_argument("--disable-all-custom-nodes", action="store_true", help="load no plug-ins")
    group.add_argument(
        "--whitelist-custom-nodes",
        nargs="+",
        default=[],
        metavar="NAME",
        help="load these plug-ins though --disable-all-custom-nodes is set",
    )
    group.add_argument(
        "--extra-model-paths-config",
        type=_model_paths,
        action="append",
        nargs="+",
        default=[],
        metavar="FILE",
        help="YAML that names further folders of models and plug-ins, as ComfyUI reads it; may be repeated",
    )


def model_paths_of(options: Namespace) -> ModelPaths:
    """All folders named by the files of ``--extra-model-paths-config``."""
    return ModelPaths.joined([paths for group in options.extra_model_paths_config for paths in group])


def plugin_settings(options: Namespace) -> dict[str, Any]:
    """What the worker's plug-in host is started with."""
    folders = [_CUSTOM_NODES, *options.custom_nodes_dir, *model_paths_of(options).custom_nodes]
    return {
        "folders": [str(path.resolve()) for path in folders],
        "none": options.disable_all_custom_nodes,
        "allowed": list(options.whitelist_custom_nodes),
    }


def extension_folders(options: Namespace) -> dict[str, Path]:
    """The ``web`` folders of the plug-ins that are loaded and declare a front end, by the plug-in's name."""
    packs = find_packs(PackChoice.from_settings(plugin_settings(options)))
    folders = {pack.name: pack.path / "web" for pack in packs if pack.state == "found" and pack.path.is_dir()}
    return {name: folder for name, folder in folders.items() if (folder / MANIFEST).is_file()}


def _model_paths(text: str) -> ModelPaths:
    try:
        return read_model_paths(Path(text))
    except ModelPathsError as refused:
        raise argparse.ArgumentTypeError(str(refused)) from refused
