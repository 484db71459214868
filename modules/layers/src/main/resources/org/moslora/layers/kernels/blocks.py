# What kernels are handed and hand on. Java makes a Block once and gives it to every call; it passes through kernels
# whole, and only linear.py, folded.py and quantised.py look into its lists of linears and adapters.

from typing import List, NamedTuple

import torch
from torch import Tensor
from torch.jit import annotate


# The tensors of one block of a model. An array without entries stands for what is absent or not trained.
#   plain      tensors outside all linears, such as the weights of norms, in the order that the block's kernels say
#   weights    weight and bias of each linear, in their order; then what quantised.py needs of weights held in codes
#   adapters   four places for each linear, as folded.py reads them
#   dropout    the share of x that adapters do not see while they are trained
#   composed   whether attention is written out instead of the library's, which is faster and not on every device
#   onednn     whether products of many rows are oneDNN's, in whose sums a row hangs together with how many there are
class Block(NamedTuple):
  plain: List[Tensor]
  plain_gradients: List[Tensor]
  weights: List[Tensor]
  weight_gradients: List[Tensor]
  adapters: List[Tensor]
  adapter_gradients: List[Tensor]
  dropout: float
  composed: bool
  onednn: bool


# A block on its way through one batch, forward or backward.
#   seed       of its dropout masks: linear i has seed + i
#   bare       what each linear gave before its gain, of which the gain's gradient is made; empty where none has a gain
class Pass(NamedTuple):
  block: Block
  seed: int
  bare: List[Tensor]


# How the rows of packed conversations lie.
#   cos, sin   [rows, head width / 2], of the rows' rotary angles
#   lengths    rows of each conversation, one after the other
#   keep       the rows that go on after attention: the last block computes what somebody looks at; all without entries
class Rows(NamedTuple):
  cos: Tensor
  sin: Tensor
  lengths: List[int]
  keep: Tensor


# How a layer of a decoder computes.
#   heads, kv, width   query heads, key and value heads, width of a head
#   eps                of the RMS norms
#   offset             of their weights: files of some families hold how far weights are from 1
#   window             rows that a row sees, itself included; 0: all up to itself
#   scale              of the scores; 0: 1/√width
#   act                of the gate
class Layer(NamedTuple):
  heads: int
  kv: int
  width: int
  eps: float
  offset: float
  window: int
  scale: float
  act: str


class Kernels:
  def block(
      self, plain: List[Tensor], plain_gradients: List[Tensor], weights: List[Tensor], weight_gradients: List[Tensor],
      adapters: List[Tensor], adapter_gradients: List[Tensor], dropout: float, composed: bool, onednn: bool
  ) -> Block:
    return Block(
        plain, plain_gradients, weights, weight_gradients, adapters, adapter_gradients, dropout, composed, onednn)

  def rows(self, cos: Tensor, sin: Tensor, lengths: List[int], keep: Tensor) -> Rows:
    return Rows(cos, sin, lengths, keep)

  def layer(
      self, heads: int, kv: int, width: int, eps: float, offset: float, window: int, scale: float, act: str
  ) -> Layer:
    return Layer(heads, kv, width, eps, offset, window, scale, act)

  # A pass that begins: with a place for what each linear gives before its gain where any has one.
  def begun(self, block: Block, seed: int) -> Pass:
    bare = annotate(List[Tensor], [])
    for i in range(len(block.adapters) // 4):
      if self.gained(block, i):
        bare = [torch.empty([0]) for place in range(len(block.adapters) // 4)]
    return Pass(block, seed, bare)

  # The block as it is used, with nothing dropped.
  def undropped(self, block: Block) -> Block:
    return Block(
        block.plain, block.plain_gradients, block.weights, block.weight_gradients, block.adapters,
        block.adapter_gradients, 0.0, block.composed, block.onednn)

  # Whether the block has plain tensor i.
  def has_plain(self, block: Block, i: int) -> bool:
    return i < len(block.plain) and block.plain[i].numel() > 0

  # Whether the block has linear i.
  def present(self, block: Block, i: int) -> bool:
    return block.weights[2 * i].numel() > 0
