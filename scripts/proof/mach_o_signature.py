#!/usr/bin/env python3
"""Reads the signature of a Mac's executable and holds it against the file, without anything of the build:
`mach_o_signature.py FILE...`. Prints one line a file, and ends with 1 when a page, a length or a place is wrong."""
import hashlib
import struct
import sys


def check(name):
    data = open(name, 'rb').read()
    magic, _, _, _, count, total = struct.unpack('<6I', data[:24])
    assert magic == 0xFEEDFACF, 'no Mach-O of 64 bits'
    at, place, segments, first = 32, None, {}, len(data)
    for _ in range(count):
        kind, size = struct.unpack('<2I', data[at:at + 8])
        if kind == 0x1D:
            place = struct.unpack('<2I', data[at + 8:at + 16])
        if kind == 0x19:
            label = data[at + 8:at + 24].rstrip(b'\0').decode()
            segments[label] = struct.unpack('<4Q', data[at + 24:at + 56])
            for section in range(struct.unpack('<I', data[at + 64:at + 68])[0]):
                offset = struct.unpack('<I', data[at + 120 + 80 * section:at + 124 + 80 * section])[0]
                first = min(first, offset or first)
        at += size
    assert at == 32 + total, 'commands do not end where they should'
    assert at <= first, 'commands reach into the first section'
    assert place, 'no signature'
    start, length = place
    _, memory, offset, linked = segments['__LINKEDIT']
    assert start % 16 == 0 and start + length == len(data) == offset + linked, 'not at the end of the last segment'
    assert memory >= linked and memory % 4096 == 0, 'memory of the last segment'
    ends = sorted((at, at + size) for at, size, _, _ in segments.values())
    assert all(one[1] <= other[0] for one, other in zip(ends, ends[1:])), 'segments overlap in memory'
    blob = data[start:start + length]
    outer, whole, blobs = struct.unpack('>3I', blob[:12])
    assert outer == 0xFADE0CC0 and blobs == 1 and whole <= length, 'outer blob'
    slot, inner = struct.unpack('>2I', blob[12:20])
    assert slot == 0 and inner == 20, 'place of the code directory'
    directory = blob[inner:]
    kind, size, version, flags, digests, label, special, pages, limit = struct.unpack('>9I', directory[:36])
    assert kind == 0xFADE0C02 and inner + size == whole and version == 0x20400, 'code directory'
    assert flags & 0x2, 'not ad hoc'
    bytes_each, hash_kind, _, power = directory[36:40]
    assert (bytes_each, hash_kind, power) == (32, 2, 12), 'kind of digests'
    base, text, main = struct.unpack('>3Q', directory[64:88])
    assert (base, text) == segments['__TEXT'][2:] and main == 1, 'text segment'
    assert limit == start and pages == -(-limit // 4096), 'how much is signed'
    for page in range(pages):
        told = directory[digests + 32 * (page - special):][:32]
        found = hashlib.sha256(data[page * 4096:min((page + 1) * 4096, limit)]).digest()
        assert told == found, f'page {page}'
    return f"{directory[label:directory.index(0, label)].decode()}, {pages} pages"


wrong = 0
for name in sys.argv[1:]:
    try:
        print(f'{name}: ok, {check(name)}')
    except (AssertionError, KeyError, struct.error) as flaw:
        print(f'{name}: WRONG, {flaw}')
        wrong = 1
sys.exit(wrong)
