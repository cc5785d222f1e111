#!/usr/bin/env python3
"""Checks the test data in this directory and prints its counts. Exit 1 on any problem.

glued.tsv: the pasted paragraph is advert+author (start), author+advert (end) or,
for `middle`, the advert after the author's first sentence (first 。 / first ". ").
English parts are joined with one space, Chinese parts with nothing."""
import collections, pathlib, sys, unicodedata, re
HERE = pathlib.Path(__file__).parent
HEAD = {'adverts.tsv': 'kind\tlanguage\ttext', 'authors.tsv': 'kind\tlanguage\ttext',
        'glued.tsv': 'language\tauthor\tadvert\tposition', 'titles.tsv': 'language\ttitle'}
MIN = {'adverts.tsv': 240, 'authors.tsv': 420, 'glued.tsv': 40, 'titles.tsv': 40}
bad, rows = [], {}
norm = lambda s: re.sub(r'[\s\W]+', '', unicodedata.normalize('NFKC', s)).lower()
for f, h in HEAD.items():
    raw = (HERE / f).read_bytes().decode('utf-8')
    if '\r' in raw or '\ufeff' in raw: bad.append(f'{f}: CR or BOM')
    lines = raw.rstrip('\n').split('\n')
    if lines[0] != h: bad.append(f'{f}: header')
    rows[f] = [l.split('\t') for l in lines[1:]]
    for i, r in enumerate(rows[f], 2):
        if len(r) != h.count('\t') + 1: bad.append(f'{f}:{i}: {len(r)} columns')
        elif any(not c or c != c.strip() for c in r): bad.append(f'{f}:{i}: empty or padded cell')
    if len(rows[f]) < MIN[f]: bad.append(f'{f}: only {len(rows[f])}')
    seen = {}
    for i, r in enumerate(rows[f], 2):
        n = norm(r[1] if f in ('glued.tsv', 'titles.tsv') else r[2])
        if n in seen: bad.append(f'{f}:{i}: duplicate of line {seen[n]}: {r}')
        seen[n] = i
adv = {norm(r[2]) for r in rows['adverts.tsv']} | {norm(r[2]) for r in rows['glued.tsv']}
aut = {norm(r[2]) for r in rows['authors.tsv']} | {norm(r[1]) for r in rows['glued.tsv']} | {norm(r[1]) for r in rows['titles.tsv']}
for n in adv & aut: bad.append(f'on both sides: {n}')
for r in rows['glued.tsv']:
    if r[3] not in ('start', 'end', 'middle'): bad.append(f'position {r}')
for f, col in (('adverts.tsv', 0), ('authors.tsv', 0), ('glued.tsv', 3), ('titles.tsv', 0)):
    k = collections.Counter(r[col] for r in rows[f]); l = collections.Counter(r[1 if 'kind' in HEAD[f] else 0] for r in rows[f])
    print(f, len(rows[f]), {a: f'{b} ({b/len(rows[f]):.0%})' for a, b in l.items()})
    print('   ', dict(k))
    if f == 'adverts.tsv' and (len(k) < 12 or min(k.values()) < 15): bad.append('kinds')
print('\n'.join(bad) or 'OK'); sys.exit(bool(bad))
