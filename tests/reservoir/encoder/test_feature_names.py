from reservoir.encoder.feature_names import feature_names


def test_a_name_for_every_feature():
    summaries = [("mean", None), ("segments", 2), ("model", 1.0)]
    assert feature_names(summaries, 2) == [
        *("mean_0", "mean_1"),
        *("segments_0_0", "segments_0_1", "segments_1_0", "segments_1_1"),
        *("model_0_0", "model_0_1", "model_1_0", "model_1_1", "model_0", "model_1"),
    ]


def test_quantiles_that_hardly_differ_have_names_of_their_own():
    names = feature_names([("ppv", [0.1234567, 0.1234568])], 1)
    assert names == ["ppv_0.1234567_0", "ppv_0.1234568_0"]
