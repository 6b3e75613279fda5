"""The unigram vocabulary keeps words whole in both languages, and is read as any T5's is."""

from training.pieces import SENTINELS, Pieces, segment, train_pieces


def test_a_seed_is_enough_to_get_the_same_vocabulary() -> None:
    assert train_pieces(1) == train_pieces(1)


def test_the_likeliest_pieces_win() -> None:
    assert segment("abab", {"a": -3.0, "b": -3.0, "ab": -4.0}) == ["ab", "ab"]
    assert segment("abab", {"a": -1.0, "b": -1.0, "ab": -4.0}) == ["a", "b", "a", "b"]


def test_words_of_the_world_are_single_pieces_in_both_languages() -> None:
    engine = train_pieces(1).build()
    english = engine.encode("a small red circle above a blue square").tokens
    assert english == ["▁a", "▁small", "▁red", "▁circle", "▁above", "▁a", "▁blue", "▁square"]
    assert engine.encode("红色圆形在蓝色方块上方").tokens[1:] == ["红色", "圆形", "在", "蓝色", "方块", "上方"]


def test_any_english_word_can_be_spelt() -> None:
    pieces = train_pieces(1)
    ids = pieces.build().encode("A Zebra, quickly!").ids
    assert 2 not in ids  # the unknown token


def test_t5s_loader_reads_the_form_that_travels_in_the_file() -> None:
    from diffusion.text.subwords import tokenizer_from_json

    pieces = train_pieces(1)
    read = tokenizer_from_json(pieces.to_json(), "t5")
    assert (read.padding_id, read.end_id, read.highest_id) == (0, 1, len(pieces) - 1)
    assert read.words("a red circle") == pieces.build().encode("a red circle").ids
    assert Pieces.from_json(pieces.to_json()) == pieces


def test_stand_ins_come_last_the_first_at_the_very_end() -> None:
    pieces = train_pieces(1)
    assert pieces.pieces[pieces.sentinel(0)][0] == "<extra_id_0>"
    assert pieces.sentinel(SENTINELS - 1) == len(pieces) - SENTINELS
