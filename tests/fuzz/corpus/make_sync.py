#!/usr/bin/env python3
"""Makes the seeds of sync/ and json/ beside it: pushes and bodies as clients write them."""

import json
import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent.parent / "api"))
from service import Device, number, signed, text  # noqa: E402

COUNT = 0


def fixed_id():
    """The same seeds each time."""
    global COUNT
    COUNT += 1
    return bytes([1, 0x90, 0xF3, 0xC2, 0x7B, 0x40, 0x70, 0, 0x80, 0, 0, 0, 0, 0, 0, COUNT])


class FixedDevice(Device):
    def __init__(self):
        super().__init__()
        self.id, self.author = fixed_id(), fixed_id()

    def op(self, kind, object_id, register, rev, body):
        self.count += 1
        return (text(1, fixed_id()) + text(2, self.id) + number(3, self.count) + number(4, kind)
                + text(5, object_id) + number(6, register) + number(7, rev) + text(8, self.author)
                + number(9, 11202) + signed(10, 1532325780000) + text(15, body))


def main():
    device = FixedDevice()
    comment = fixed_id()
    ops = {
        "comment": device.comment("歩道がせまい", comment),
        "pupil": device.comment("木かげ", fixed_id(), hat=2),
        "staff": device.comment("職員より", fixed_id(), hat=3),
        "far": device.comment("遠い", fixed_id(), lon_e7=1, lat_e7=1),
        "reply": device.op(1, fixed_id(), 0, 0, text(2, text(1, comment) + text(2, "はい") + number(3, 2)
                                                     + number(4, 1))),
        "edit": device.op(2, comment, 1, 1, text(5, "歩道橋")),
        "move": device.op(2, comment, 2, 1, text(6, signed(1, 1393880000) + signed(2, 361470000))),
        "delete": device.op(3, comment, 0, 1, text(11, "mine")),
        "react": device.op(4, comment, 6, 1, number(10, 1)),
        "moderate": device.op(5, comment, 5, 1, text(9, number(1, 4) + text(2, "abuse"))),
    }
    for name, op in ops.items():
        (HERE / "sync" / name).write_bytes(device.push(op))
    (HERE / "sync" / "all").write_bytes(device.push(*ops.values()))
    (HERE / "sync" / "bare_op").write_bytes(ops["comment"])
    identity = "0192f3a0-7c00-7000-8000-00000000c0de"
    bodies = {
        "comment": {"id": identity, "lon": 139.388, "lat": 36.147, "kind": "idea", "text": "木\nかげ",
                    "card": None, "building_id": "bldg_1", "pen_name": "くま", "channel": "tablet",
                    "hat": "pupil"},
        "reply": {"id": identity, "text": "はい \\ \" \t", "hat": "citizen"},
        "reaction": {"author": identity, "value": "agree"},
        "nested": {"id": {"a": [[["x:{,}"]]]}, "lon": 1e5},
    }
    for name, body in bodies.items():
        (HERE / "json" / name).write_bytes(json.dumps(body, ensure_ascii=False).encode())


main()
