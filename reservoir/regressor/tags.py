"""The tags of a regressor for scikit-learn, which depend on its readout."""

from dataclasses import replace

from sklearn.base import BaseEstimator
from sklearn.utils import ClassifierTags, RegressorTags, get_tags


def tags_with(tags, readout):
    """Return the tags of an estimator that predicts by ``readout``, made of its default tags."""
    inner = get_tags(readout) if isinstance(readout, BaseEstimator) else tags
    tags.target_tags = inner.target_tags
    if inner.estimator_type == "classifier":
        tags.estimator_type = "classifier"
        tags.classifier_tags = replace(inner.classifier_tags or ClassifierTags(), multi_label=False)
        tags.target_tags = replace(inner.target_tags, multi_output=False)
    else:
        tags.estimator_type = "regressor"
        tags.regressor_tags = inner.regressor_tags or RegressorTags()
    tags.target_tags.required = True
    tags.non_deterministic = inner.non_deterministic
    tags.input_tags.three_d_array = True
    return tags
