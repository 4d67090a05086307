"""The record of a call is read as it was written, and nothing else is taken for one."""

import pytest

from shapeguard.grammar.observations import Array, Call, Items, decode, encode, header

ARRAY = Array("torch.Tensor", "float32", (2, 3))
CALL = Call(
    "/src/model.py",
    "Block.forward",
    12,
    {
        "x": ARRAY,
        "n": 3,
        "mask": None,
        "config": "model.Config",
        "*more": Items("tuple", (ARRAY, Items("list", ()), Items("dict", (ARRAY,)))),
        "return": Array("torch.Tensor", "int64", ()),
    },
    {"self.width": 8},
)


def test_a_call_is_read_as_it_was_written() -> None:
    line = encode(CALL)
    assert "\n" not in line
    assert decode(line) == CALL


@pytest.mark.parametrize(
    "line",
    [
        "",
        "no json",
        "[]",
        "{}",
        header(),
        '["f.py","f",1,{},{"self.d":"8"}]',
        '["f.py","f",true,{},{}]',
        '["f.py","f",1,{"x":{"array":"t","dtype":"f","shape":["2"]}},{}]',
        '["f.py","f",1,{"x":{"set":[]}},{}]',
        '["f.py","f",1,{"x":{}},{}]',
        '["f.py","f",1,{"x":1.5},{}]',
        '["f.py","f",1,{"x":true},{}]',
        encode(CALL)[:-20],
        '["f.py","f",1,{"x":' + '{"list":[' * 100_000,
    ],
)
def test_anything_else_is_refused(line: str) -> None:
    with pytest.raises(ValueError, match=r"no record of a call: ."):
        decode(line)
