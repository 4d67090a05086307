"""Docstrings that say what is under the keys of a dictionary."""

import pytest

from shapeguard.grammar import item_claims, to_jaxtyping

CASES = {
    "a list of keys, and what stands below them": (
        """Match.

        Params:
            outputs: a dict that contains at least these entries:
                 "logits": Tensor of dim [batch, queries, classes] with the classification logits
                 'boxes': the coordinates of all queries (normalised).
                          Shape= [batch x queries x 4]
            targets: a list of targets, each of which is a dict:
                 - `"labels"`: Tensor of dim [num_objects] (where there are so many objects)
        """,
        {"logits": "batch queries classes", "boxes": "batch queries 4", "labels": "num_objects"},
    ),
    "keys with their types": (
        """During training, the model expects dictionaries with

            - boxes (``FloatTensor[N, 4]``): the boxes in the image
            - labels (``Int64Tensor[N]``): the class of each box
            - name (str): of the image
        """,
        {"boxes": "N 4", "labels": "N"},
    ),
    "a key in a sentence": (
        'targets must have the key "boxes" containing a tensor of dim [num_objects, 4], and "area".',
        {"boxes": "num_objects 4"},
    ),
    "a key far from a shape": ('Takes "boxes". The result is a tensor of shape [a, b].', {}),
    "what each of several has": ('"boxes": a list of tensors, each of shape [n, 4]', {}),
    "no key at all": ("boxes: a tensor of shape [n, 4]", {}),
}


@pytest.mark.parametrize(("text", "shapes"), CASES.values(), ids=CASES)
def test_items(text: str, shapes: dict[str, str]) -> None:
    assert {key: to_jaxtyping(claim.axes) for key, claim in item_claims(text).items()} == shapes
