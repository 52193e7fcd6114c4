"""Updates a plain LSTM of PyTorch: forward, cross-entropy, backward, Adam."""

import numpy
import torch
from lines import measured, serve, setup


def main():
    wanted = setup()
    torch.set_num_threads(wanted["threads"])
    torch.manual_seed(0)
    batch, steps, inputs = wanted["batch"], wanted["steps"], wanted["inputs"]
    units, classes = wanted["units"], wanted["classes"]

    x = torch.from_numpy(numpy.fromfile(wanted["inputs_file"], dtype="<f4").reshape(batch, steps, inputs))
    y = torch.from_numpy(numpy.fromfile(wanted["labels_file"], dtype="<u4").astype("int64").reshape(batch, steps))
    # Time first is the layout that PyTorch prefers.
    x, y = x.transpose(0, 1).contiguous(), y.transpose(0, 1).reshape(-1)

    lstm = torch.nn.LSTM(inputs, units, num_layers=wanted["layers"])
    linear = torch.nn.Linear(units, classes)
    adam = torch.optim.Adam([*lstm.parameters(), *linear.parameters()])

    def update():
        adam.zero_grad()
        outputs, _ = lstm(x)
        loss = torch.nn.functional.cross_entropy(linear(outputs).reshape(-1, classes), y)
        loss.backward()
        adam.step()
        return 1

    serve(lambda: measured(update))


main()
