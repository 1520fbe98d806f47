"""Writes the trained network as ONNX, and the pictures that the next steps take."""

import numpy as np
import onnx
import torch

import clothes
from network import Network

network = Network()
network.load_state_dict(torch.load("net.pt"))
network.eval()

samples = clothes.read("train")[0][:16]
pictures = clothes.read("t10k")[0][:8]
exported = torch.onnx.export(
    network,
    (samples,),
    input_names=["image"],
    output_names=["logits"],
    dynamic_shapes=[{0: "N"}],
)
model = exported.model_proto
model.graph.name = "clothes"
for node in model.graph.node:
    del node.metadata_props[:]  # where in which file it was written
onnx.save(model, "net.onnx")
np.save("samples.npy", samples.numpy())
np.save("pictures.npy", pictures.numpy())
