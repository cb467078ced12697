import json
import pickle

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from havoc.tokens import CHATML, HAVOC, SPECIAL_TOKENS, HuggingFaceTokenizer, TokensError, decode, load_tokenizer

BASE_TOKENS = ["<|im_start|>", "<|im_end|>", "<tool_call>", "<s>", "</s>", "<unk>", "<0x41>"]
SPELLINGS = [token.name for token in SPECIAL_TOKENS] + BASE_TOKENS
HARD = [
    "",
    " ",
    "  a  b  ",
    "\n",
    "\n\n\t x\r\n",
    "x² ½ ﬁ",
    "e\u0301 \u00e9",
    "👩‍👩‍👧 🏳️‍🌈",
    "a\x00b",
    "▁ a▁▁b ▁",
    "\ufeff\ufffd\ufffe⁇▅",
    "١٢٣ 12.50 1e-9",
    "\U0010ffff",
]
ANY_TEXT = st.text(st.one_of(st.characters(codec="utf-8"), st.sampled_from(" \n\t▁<>/²é"))) | st.lists(
    st.sampled_from([*SPELLINGS, "▁", " ", "＜tool＞", "a"])
).map("".join)


def joined_bytes(tokenizer, ids):
    return b"".join(tokenizer.token_bytes(token_id) for token_id in ids)


@pytest.mark.parametrize("text", HARD)
def test_hard_texts_come_back(tokenizer, text):
    assert joined_bytes(tokenizer, tokenizer.encode(text)) == text.encode()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=300)
@given(text=ANY_TEXT)
def test_any_text_comes_back_and_holds_no_special_id(tokenizer, text):
    ids = tokenizer.encode(text)
    assert joined_bytes(tokenizer, ids) == text.encode()
    assert decode(ids, tokenizer) == text
    # Every id has bytes: special and added tokens have none.
    assert all(tokenizer.token_bytes(token_id) for token_id in ids)
    assert all(tokenizer.special_name(token_id) is None for token_id in ids)


@pytest.mark.parametrize("name", [*SPELLINGS, "＜tool＞", "<TOOL>"])
def test_text_that_spells_a_special_token_stays_text(tokenizer, name):
    ids = tokenizer.encode(f"{name} a {name}{name}")
    assert len(ids) > 3
    assert decode(ids, tokenizer) == f"{name} a {name}{name}"
    assert not {tokenizer.special_id(token.name) for token in SPECIAL_TOKENS} & set(ids)


def test_special_ids_are_those_of_the_table(tiny_tokenizer):
    names = [tiny_tokenizer.special_name(token_id) for token_id in range(21)]
    assert names[:10] == [
        "<pad>",
        "<bos>",
        "<eos>",
        "<unk>",
        "<mask>",
        "<system>",
        "<user>",
        "<assistant>",
        "<result>",
        "</result>",
    ]
    assert names[10:] == [
        "<reason>",
        "</reason>",
        "<tool>",
        "</tool>",
        "<advocate>",
        "</advocate>",
        "<attack>",
        "</attack>",
        "<pragmatist>",
        "</pragmatist>",
        None,
    ]
    assert [tiny_tokenizer.special_id(name) for name in names[:-1]] == list(range(20))


def test_special_ids_are_distinct_and_inside_the_vocabulary(tokenizer):
    ids = {tokenizer.special_id(token.name) for token in SPECIAL_TOKENS}
    assert len(ids) == len(SPECIAL_TOKENS)
    assert max(ids) < tokenizer.vocab_size
    assert all(tokenizer.token_bytes(token_id) == b"" for token_id in ids)
    assert all(tokenizer.special_id(tokenizer.special_name(token_id)) == token_id for token_id in ids)
    assert len([tokenizer.token_bytes(token_id) for token_id in range(tokenizer.vocab_size)]) == tokenizer.vocab_size


def test_an_imported_base_keeps_its_ids(byte_level_base, byte_level_tokenizer):
    base = json.loads(byte_level_base.read_text(encoding="utf-8"))
    size = len(base["model"]["vocab"]) + 1
    assert byte_level_tokenizer.special_id("<bos>") == 0
    assert byte_level_tokenizer.special_id("<eos>") == 1
    assert byte_level_tokenizer.special_id("<pad>") == size
    assert byte_level_tokenizer.vocab_size == size + 18
    assert byte_level_tokenizer.encode("a") == [base["model"]["vocab"]["a"]]
    assert byte_level_tokenizer.encode(" ") == [base["model"]["vocab"]["Ġ"]]


def test_byte_fallback_base_merges_but_never_to_a_special_piece(byte_fallback_tokenizer):
    assert [byte_fallback_tokenizer.token_bytes(i) for i in byte_fallback_tokenizer.encode("the the<s>")] == [
        b"the",
        b" the",
        b"<s",
        b">",
    ]


def test_batch_equals_single(tokenizer):
    texts = [*HARD, *SPELLINGS]
    assert tokenizer.encode_batch(texts, num_threads=2) == [tokenizer.encode(text) for text in texts]
    assert tokenizer.encode_batch([]) == []


def test_surrogates_are_refused(tokenizer):
    with pytest.raises(TokensError, match=r"character 1 is U\+D800"):
        tokenizer.encode("a\ud800")


def test_saved_and_pickled_tokenizers_are_equal(any_tokenizer, tmp_path):
    tokenizer = any_tokenizer
    tokenizer.save(tmp_path / "new" / "folder")
    text = "The t-test of x² <tool> gave p = 0.3466.\n"
    for copy in (load_tokenizer(tmp_path / "new" / "folder"), pickle.loads(pickle.dumps(tokenizer))):
        assert copy.fingerprint == tokenizer.fingerprint
        assert copy.chat_form == tokenizer.chat_form
        assert len(copy.fingerprint) == 64
        assert copy.encode(text) == tokenizer.encode(text)


def test_replaced_model_is_refused(tiny_tokenizer, tmp_path):
    tiny_tokenizer.save(tmp_path)
    model = tmp_path / "tokenizer.model"
    model.write_bytes(model.read_bytes() + b"\n")
    with pytest.raises(TokensError, match=f"tokenizer.model: sha256 is .* says {tiny_tokenizer.fingerprint}"):
        load_tokenizer(tmp_path)


def test_damaged_folders_are_named(tiny_tokenizer, tmp_path):
    with pytest.raises(TokensError, match=r"tokenizer_manifest.json: No such file.*jobs.phase0_tokenizer"):
        load_tokenizer(tmp_path)
    tiny_tokenizer.save(tmp_path)
    (tmp_path / "tokenizer.model").unlink()
    with pytest.raises(TokensError, match=r"tokenizer.model: No such file"):
        load_tokenizer(tmp_path)
    manifest = tmp_path / "tokenizer_manifest.json"
    manifest.write_text('{"kind": "wordpiece", "sha256": ""}', encoding="utf-8")
    with pytest.raises(TokensError, match="kind is 'wordpiece'"):
        load_tokenizer(tmp_path)
    tiny_tokenizer.save(tmp_path)
    manifest.write_text(json.dumps(json.loads(manifest.read_text()) | {"chat_form": "alpaca"}), encoding="utf-8")
    with pytest.raises(TokensError, match="chat_form is 'alpaca'; this version knows havoc, chatml"):
        load_tokenizer(tmp_path)
    manifest.write_text("{", encoding="utf-8")
    with pytest.raises(TokensError, match="not valid JSON"):
        load_tokenizer(tmp_path)


def test_the_chat_form_belongs_to_the_fingerprint(byte_level_tokenizer, chatml_tokenizer, tmp_path):
    """The same pieces, another layout of a conversation: rows made with the one are not the other's."""
    assert byte_level_tokenizer.encode("a b") == chatml_tokenizer.encode("a b")
    assert byte_level_tokenizer.fingerprint != chatml_tokenizer.fingerprint
    byte_level_tokenizer.save(tmp_path / "havoc")
    # As every folder was written before there were forms.
    assert set(json.loads((tmp_path / "havoc" / "tokenizer_manifest.json").read_text())) == {"kind", "file", "sha256"}
    chatml_tokenizer.save(tmp_path / "chatml")
    assert load_tokenizer(tmp_path / "chatml").chat_form == CHATML
    assert load_tokenizer(tmp_path / "havoc").chat_form == HAVOC


def test_a_base_that_cannot_be_used_is_refused(byte_level_base):
    for rename in ({"<bogus>": "<bos>"}, {"<|im_start|>": "<start>"}, {"<|im_start|>": "<bos>", "<|im_end|>": "<bos>"}):
        with pytest.raises(TokensError, match="`rename` leads from"):
            HuggingFaceTokenizer.from_base(byte_level_base.read_bytes(), rename=rename)
    description = json.loads(byte_level_base.read_text(encoding="utf-8"))
    for change, message in [
        ({"model": description["model"] | {"type": "Unigram"}}, "model type 'Unigram'"),
        ({"pre_tokenizer": {"type": "WhitespaceSplit"}}, "does not give every text back"),
        ({"model": {"type": "BPE"}}, "vocab, merges and added_tokens are required"),
        ({"added_tokens": None}, "vocab, merges and added_tokens are required"),
        ({"model": "BPE"}, "model type None"),
    ]:
        with pytest.raises(TokensError, match=message):
            HuggingFaceTokenizer.from_base(json.dumps(description | change).encode())
    with pytest.raises(TokensError, match="no token <pad>; build the file with"):
        HuggingFaceTokenizer(byte_level_base.read_bytes())
