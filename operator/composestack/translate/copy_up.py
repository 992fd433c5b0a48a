"""What a new volume begins with: Docker fills it with what the image has at its place, a claim is empty.

Only the image knows what it has there, so this is done where it is asked for (docs/decisions/0014).
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from composestack.compose.model import Mount, Service, Volume
from composestack.translate.extension.mount import MountSettings
from composestack.translate.extension.settings import KEY, settings_of
from composestack.translate.extension.volume import VolumeSettings
from composestack.translate.known_ports import image_ports, repository
from composestack.translate.local_driver import local_volume

SCRIPT = """\
set -eu
while [ $# -gt 0 ]; do
  from=$1 to=$2
  shift 2
  [ -d "$from" ] || continue
  if [ ! -e "$to/.copy-up" ]; then
    for entry in "$to"/* "$to"/.[!.]* "$to"/..?*; do
      case $entry in */lost+found) continue ;; esac
      if [ -e "$entry" ] || [ -L "$entry" ]; then continue 2; fi
    done
    : > "$to/.copy-up"
  fi
  cp -a "$from/." "$to/"
  rm -f "$to/.copy-up"
done
"""
"""Copies each place to another one that is empty. What was interrupted is begun again, as long as the mark is there."""

_BESIDE = "/.copy-up"
"""Where the volumes are mounted, so that what the image has at their place is seen."""

_CONTENT: Mapping[str, tuple[str, ...]] = {
    "caddy": ("/etc/caddy/Caddyfile", "/usr/share/caddy/index.html"),
    "docker.elastic.co/elasticsearch/elasticsearch": ("/usr/share/elasticsearch/config",),
    "docker.elastic.co/kibana/kibana": ("/usr/share/kibana/config",),
    "drupal": ("/opt/drupal", "/var/www/html"),
    "eclipse-mosquitto": ("/mosquitto/config/mosquitto.conf",),
    "elasticsearch": ("/usr/share/elasticsearch/config",),
    "grafana/grafana": ("/etc/grafana/grafana.ini", "/usr/share/grafana"),
    "httpd": tuple(f"/usr/local/apache2/{name}" for name in ("bin", "cgi-bin", "conf", "htdocs", "modules")),
    "kibana": ("/usr/share/kibana/config",),
    "nginx": ("/etc/nginx/conf.d", "/etc/nginx/nginx.conf", "/usr/share/nginx/html"),
    "prom/prometheus": ("/etc/prometheus/prometheus.yml",),
    "tomcat": tuple(f"/usr/local/tomcat/{name}" for name in ("bin", "conf", "lib")),
}
"""Files and directories with content that popular images need, by repository: what their Dockerfiles put there
(caddyserver/caddy-docker, docker-library/drupal, httpd and tomcat, eclipse/mosquitto, elastic/dockerfiles,
grafana/grafana, nginxinc/docker-nginx, prometheus/prometheus). Directories for what programs write are empty.
"""

_LIKELY = re.compile(
    r".*/(?:\.next|dist|htdocs|html|node_modules|public|site-packages|static|staticfiles|vendor|www)/?"
)
"""Directories that are built into images, rather than written by programs."""

_INHERITED = frozenset({"imagePullPolicy", "imagePullSecrets", "resources"})
_LIKE_ITS_SERVICE = (
    "cpu_quota",
    "cpu_shares",
    "cpus",
    "mem_limit",
    "mem_reservation",
    "pull_policy",
)


def wanted(mount: Mount, volumes: Mapping[str, Volume]) -> bool | None:
    """Tell whether a new volume is filled with what the image has at its place. None: nobody says."""
    if mount.volume is not None and mount.volume.nocopy:
        return False
    own = settings_of(mount, MountSettings).copy_up
    volume = volumes.get(mount.source or "")
    if own is None and mount.type == "volume" and volume is not None:
        return settings_of(volume, VolumeSettings).copy_up
    return own


def can_be_filled(mount: Mount, volumes: Mapping[str, Volume]) -> bool:
    """Tell whether a mount is that of a volume with a name that persists."""
    if mount.type != "volume" or not mount.source or not mount.target:
        return False
    volume = volumes.get(mount.source)
    try:
        meant = local_volume(volume.driver_opts) if volume is not None else None
    except ValueError:
        return False
    return meant is None or meant.type == "nfs"


def is_hidden(image: str, target: str) -> bool | None:
    """Tell whether an empty volume hides something of an image. None: the image is not known, but it may."""
    name = repository(image)
    if name in _CONTENT:
        return any(_overlap(target.rstrip("/"), place) for place in _CONTENT[name])
    return False if image_ports(image) or not _LIKELY.fullmatch(target) else None


def _overlap(one: str, other: str) -> bool:
    """Tell whether one of two paths is the other one, or below it."""
    return f"{one}/".startswith(f"{other}/") or other.startswith(f"{one}/")


def copying(service: Service, image: str | None, volumes: Mapping[str, Volume]) -> Service | None:
    """Return a step that fills the new volumes of a service from an image, or None if none is to be filled.

    It runs as root, as Docker's engine does, to keep the owners of what it copies.
    """
    mounts = [mount for mount in service.volumes if can_be_filled(mount, volumes) and wanted(mount, volumes)]
    if not mounts:
        return None
    moved = [
        mount.filled(target=f"{_BESIDE}/{index}", read_only=None, extensions={}) for index, mount in enumerate(mounts)
    ]
    places = [place for mount, to in zip(mounts, moved, strict=True) for place in (mount.target, to.target)]
    written = service.extensions.get(KEY)
    said = {key: value for key, value in written.items() if key in _INHERITED} if isinstance(written, Mapping) else {}
    return Service(
        name=f"{service.name}.copy-up",
        image=image,
        entrypoint=("sh", "-c", SCRIPT, "copy-up", *map(str, places)),
        user="0:0",
        volumes=tuple(moved),
        extensions={KEY: said} if said else {},
        **{key: value for key in _LIKE_ITS_SERVICE if (value := getattr(service, key)) is not None},
    )
