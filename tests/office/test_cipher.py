import pytest

from office import cipher


def test_a_secret_is_stored_unreadable_and_read_back():
    stored = cipher.encrypt("mot-de-passé")

    assert "mot-de-pass" not in stored
    assert cipher.decrypt(stored) == "mot-de-passé"
    assert cipher.encrypt("mot-de-passé") != stored


def test_no_secret_is_stored_as_nothing():
    assert cipher.encrypt("") == cipher.decrypt("") == ""


def test_another_key_or_an_altered_secret_reads_nothing(settings):
    stored = cipher.encrypt("secret")

    with pytest.raises(cipher.CannotRead):
        cipher.decrypt(stored[:-4] + "AAA=")
    settings.SECRET_KEY = "another"
    with pytest.raises(cipher.CannotRead):
        cipher.decrypt(stored)
