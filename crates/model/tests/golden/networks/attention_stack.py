"""Makes attention_stack.safetensors: a network with Magenta's attention around a stack of LSTMs, as its graphs of 2016 had it.

Needs Magenta 2.1.4: python attention_stack.py attention_stack.safetensors
"""

import json
import struct
import sys

import numpy as np
import tensorflow.compat.v1 as tf
from magenta.contrib.rnn import AttentionCellWrapper

INPUTS, CLASSES, LAYERS, ATTN_LENGTH, LENGTHS = 7, 5, (8, 6), 5, (13, 9, 4)


def logits_of(inputs, lengths, state_is_tuple):
    cells = [tf.nn.rnn_cell.BasicLSTMCell(units, state_is_tuple=state_is_tuple) for units in LAYERS]
    # In training each cell was in a DropoutWrapper(output_keep_prob), which has no variables.
    stack = tf.nn.rnn_cell.MultiRNNCell(cells, state_is_tuple=state_is_tuple)
    cell = AttentionCellWrapper(stack, ATTN_LENGTH, state_is_tuple=state_is_tuple)
    initial = cell.zero_state(tf.shape(inputs)[0], tf.float32)
    outputs, state = tf.nn.dynamic_rnn(cell, inputs, lengths, initial, swap_memory=True)
    weights = tf.get_variable("fully_connected/weights", [LAYERS[-1], CLASSES])
    biases = tf.get_variable("fully_connected/biases", [CLASSES])
    return tf.tensordot(outputs, weights, 1) + biases, state


def session(build, weights=None):
    """What `build` makes in a graph with the given variables, or with random ones; and the variables."""
    with tf.Graph().as_default(), tf.Session() as sess:
        fetches, feed = build()
        variables = {v.op.name: v for v in tf.trainable_variables()}
        sess.run(tf.global_variables_initializer())
        if weights is None:
            rng = np.random.RandomState(2016)
            weights = {n: 0.6 * rng.randn(*v.shape).astype("f4") for n, v in variables.items()}
        for name, variable in variables.items():
            variable.load(weights[name], sess)
        return sess.run(fetches, feed), weights


def train(inputs, labels):
    def build():
        x = tf.placeholder(tf.float32, [None, None, INPUTS])
        logits, _ = logits_of(x, np.array(LENGTHS), True)
        mask = tf.sequence_mask(LENGTHS)
        logits = tf.boolean_mask(logits, mask)
        losses = tf.nn.sparse_softmax_cross_entropy_with_logits(
            labels=tf.boolean_mask(labels, mask), logits=logits)
        loss = tf.reduce_mean(losses)
        gradients = dict(zip(
            [v.op.name for v in tf.trainable_variables()],
            tf.gradients(loss, tf.trainable_variables())))
        return (logits, loss, gradients), {x: inputs}

    return session(build)


def generate(inputs, weights):
    """The whole state, one tensor in such a graph, after each step of a sequence."""
    def states(count):
        def build():
            x = tf.placeholder(tf.float32, [1, None, INPUTS])
            _, state = logits_of(x, None, False)
            return state, {x: inputs[None, :count]}

        return session(build, weights)[0][0]

    return np.stack([states(count) for count in range(1, len(inputs) + 1)])


def write(path, tensors):
    """As safetensors: a length, a header in JSON, the numbers."""
    header, data = {}, b""
    for name, tensor in tensors.items():
        tensor = np.asarray(tensor)
        kind = "I64" if tensor.dtype == np.int64 else "F32"
        numbers = tensor.astype("<i8" if kind == "I64" else "<f4").tobytes()
        span = [len(data), len(data) + len(numbers)]
        header[name] = {"dtype": kind, "shape": tensor.shape, "data_offsets": span}
        data += numbers
    header = json.dumps(header).encode()
    header += b" " * (-len(header) % 8)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(header)) + header + data)


def main(path):
    tf.disable_v2_behavior()
    rng = np.random.RandomState(1)
    inputs = rng.randint(-1, 2, [len(LENGTHS), max(LENGTHS), INPUTS]).astype("f4")
    labels = rng.randint(0, CLASSES, [len(LENGTHS), max(LENGTHS)])
    (logits, loss, gradients), weights = train(inputs, labels)
    tensors = {f"weights/{name}": array for name, array in weights.items()}
    tensors |= {f"gradients/{name}": array for name, array in gradients.items()}
    tensors |= {
        "batch/inputs": inputs,
        "batch/labels": labels,
        "batch/lengths": np.array(LENGTHS),
        "batch/logits": logits,
        "metrics": np.array([loss]),
        "inference/state_per_step": generate(inputs[0], weights),
    }
    write(path, tensors)


main(sys.argv[1])
