"""Extends models of the host without inheriting them.

To install or upgrade a module that inherits journal items, or `base`, the host goes through their tables'
indexes: it waits for whoever posts, and then stops everybody until the whole module is loaded.
"""


def put_beneath(model_class, extension):
    """Put a plain class beneath a model's own classes, once; to be called from a `_register_hook`.

    :param model_class: the class in the registry
    :param extension: has empty dictionaries `_inherits` and `_depends`, for which the host asks every class
    """
    if extension not in model_class._base_classes__:
        model_class._base_classes__ = (extension, *model_class._base_classes__)
        model_class.__bases__ = model_class._base_classes__
