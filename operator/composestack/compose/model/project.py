"""The whole application."""

from collections.abc import Mapping

from pydantic import Field

from composestack.compose.model.base import Element, Name, nothing
from composestack.compose.model.file_object import Config, Secret
from composestack.compose.model.job import Job
from composestack.compose.model.language_model import LanguageModel
from composestack.compose.model.network import Network
from composestack.compose.model.service import Service
from composestack.compose.model.volume import Volume


class Project(Element):
    """One Compose application: what is active of it.

    Services switched off by their profile or by exclusion are not in it.
    `jobs` are never switched on by other services; they carry their profiles.
    """

    name: str
    services: Mapping[Name, Service] = Field(default_factory=nothing)
    jobs: Mapping[Name, Job] = Field(default_factory=nothing)
    networks: Mapping[Name, Network] = Field(default_factory=nothing)
    volumes: Mapping[Name, Volume] = Field(default_factory=nothing)
    secrets: Mapping[Name, Secret] = Field(default_factory=nothing)
    configs: Mapping[Name, Config] = Field(default_factory=nothing)
    models: Mapping[Name, LanguageModel] = Field(default_factory=nothing)
