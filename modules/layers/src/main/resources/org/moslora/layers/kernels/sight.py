# What the rows of a decoder's layer see of each other: all up to themselves, or the last few (Mistral's sliding window,
# arXiv:2310.06825). q [n, heads, d]; k, v [n, kv heads, d] of packed conversations.

from typing import List, Tuple

import torch
from blocks import Layer
from torch import Tensor
from torch.jit import annotate


class Kernels:
  # What q is multiplied by, since scores are divided by √d.
  def query_scale(self, layer: Layer) -> float:
    if layer.scale == 0.0:
      return 1.0
    return layer.scale * layer.width ** 0.5

  def scaled_queries(self, q: Tensor, layer: Layer) -> Tensor:
    if layer.scale == 0.0:
      return q
    return q * self.query_scale(layer)

  # Whether a conversation is longer than what a row sees.
  def windowed(self, lengths: List[int], window: int) -> bool:
    longest = 0
    for n in lengths:
      longest = max(longest, n)
    return window > 0 and longest > window

  # (out [n, heads·d], lse [heads·n] in order of conversations)
  def attend_layer(
      self, q: Tensor, k: Tensor, v: Tensor, lengths: List[int], layer: Layer, composed: bool
  ) -> Tuple[Tensor, Tensor]:
    q = self.scaled_queries(q, layer)
    if not self.windowed(lengths, layer.window):
      return self.attend(q, k, v, lengths, True, composed)
    outs = annotate(List[Tensor], [])
    sums = annotate(List[Tensor], [])
    start = 0
    for n in lengths:
      end = start + n
      o, lse = self.attend_window(q[start:end], k[start:end], v[start:end], layer.window, composed)
      outs.append(o.reshape([n, -1]))
      sums.append(lse.reshape([-1]))
      start = end
    return (torch.cat(outs, 0).to(q.dtype), torch.cat(sums, 0))

  # Gradients of q, k, v in their shapes, from that of out.
  def attend_layer_back(
      self, do: Tensor, q: Tensor, k: Tensor, v: Tensor, o: Tensor, lse: Tensor, lengths: List[int], layer: Layer,
      composed: bool
  ) -> Tuple[Tensor, Tensor, Tensor]:
    q = self.scaled_queries(q, layer)
    heads = q.size(1)
    if self.windowed(lengths, layer.window):
      dqs = annotate(List[Tensor], [])
      dks = annotate(List[Tensor], [])
      dvs = annotate(List[Tensor], [])
      start = 0
      for n in lengths:
        end = start + n
        dq, dk, dv = self.attend_window_back(
            do[start:end].view([n, heads, -1]), q[start:end], k[start:end], v[start:end],
            o[start:end].view([n, heads, -1]), lse[start * heads:end * heads].view([1, heads, n]), layer.window,
            composed)
        dqs.append(dq)
        dks.append(dk)
        dvs.append(dv)
        start = end
      dq, dk, dv = torch.cat(dqs, 0), torch.cat(dks, 0), torch.cat(dvs, 0)
    else:
      dq, dk, dv = self.attend_back(do, q, k, v, o, lse, lengths, True, composed)
    if layer.scale != 0.0:
      dq = dq * self.query_scale(layer)
    return (dq, dk, dv)

  # [n, m], what is added to the scores of n rows of which the first is row `first`, and of m keys from key `low` on.
  def window_mask(self, n: int, m: int, first: int, low: int, window: int, x: Tensor) -> Tensor:
    behind = torch.arange(first, first + n, device=x.device).unsqueeze(1) - torch.arange(
        low, low + m, device=x.device).unsqueeze(0)
    unseen = torch.logical_or(behind < 0, behind >= window)
    return torch.zeros([n, m], dtype=torch.float32, device=x.device).masked_fill_(unseen, float("-inf"))

  # One conversation, as many rows at a time as a row sees, so that scores stay a band: (out [n, heads, d],
  # lse [1, heads, n])
  def attend_window(
      self, q: Tensor, k: Tensor, v: Tensor, window: int, composed: bool
  ) -> Tuple[Tensor, Tensor]:
    heads = q.size(1)
    wide = not q.is_cuda
    outs = annotate(List[Tensor], [])
    sums = annotate(List[Tensor], [])
    first = 0
    while first < q.size(0):
      end = min(first + window, q.size(0))
      low = max(0, first - window + 1)
      qs = self.spread(q[first:end], heads, wide)
      ks = self.spread(k[low:end], heads, wide)
      vs = self.spread(v[low:end], heads, wide)
      mask = self.window_mask(end - first, end - low, first, low, window, q)
      if composed or q.is_cuda:
        scores = torch.matmul(qs, ks.transpose(-2, -1)).to(torch.float32).mul_(q.size(2) ** -0.5).add_(mask)
        lse = torch.logsumexp(scores, [-1], False)
        o = torch.matmul(scores.sub_(lse.unsqueeze(-1)).exp_().to(qs.dtype), vs)
      else:
        o, lse = torch._scaled_dot_product_flash_attention_for_cpu(qs, ks, vs, 0., False, attn_mask=mask, scale=None)
      outs.append(o[0].transpose(0, 1))
      sums.append(lse)
      first = end
    return (torch.cat(outs, 0), torch.cat(sums, 2))

  def attend_window_back(
      self, do: Tensor, q: Tensor, k: Tensor, v: Tensor, o: Tensor, lse: Tensor, window: int, composed: bool
  ) -> Tuple[Tensor, Tensor, Tensor]:
    heads = q.size(1)
    kv = k.size(1)
    wide = not q.is_cuda
    dqs = annotate(List[Tensor], [])
    dk = torch.zeros_like(k, dtype=torch.float32)
    dv = torch.zeros_like(v, dtype=torch.float32)
    first = 0
    while first < q.size(0):
      end = min(first + window, q.size(0))
      low = max(0, first - window + 1)
      qs = self.spread(q[first:end], heads, wide)
      ks = self.spread(k[low:end], heads, wide)
      vs = self.spread(v[low:end], heads, wide)
      os = self.spread(o[first:end], heads, wide)
      dos = self.spread(do[first:end], heads, wide)
      sums = lse[:, :, first:end].contiguous()
      mask = self.window_mask(end - first, end - low, first, low, window, q)
      if composed or q.is_cuda:
        dq, dks, dvs = self.attend_masked_back(dos, qs, ks, vs, os, sums, mask)
      else:
        dq, dks, dvs = torch._scaled_dot_product_flash_attention_for_cpu_backward(
            dos, qs, ks, vs, os, sums, 0., False, attn_mask=mask, scale=None)
      dqs.append(self.gathered(dq, heads, q.dtype))
      dk[low:end].add_(self.gathered(dks, kv, torch.float32))
      dv[low:end].add_(self.gathered(dvs, kv, torch.float32))
      first = end
    return (torch.cat(dqs, 0), dk.to(k.dtype), dv.to(v.dtype))

  def attend_masked_back(
      self, do: Tensor, q: Tensor, k: Tensor, v: Tensor, o: Tensor, lse: Tensor, mask: Tensor
  ) -> Tuple[Tensor, Tensor, Tensor]:
    scale = q.size(-1) ** -0.5
    scores = torch.matmul(q, k.transpose(-2, -1)).to(torch.float32).mul_(scale).add_(mask)
    p = scores.sub_(lse.unsqueeze(-1)).exp_()
    dv = torch.matmul(p.to(q.dtype).transpose(-2, -1), do)
    dp = torch.matmul(do, v.transpose(-2, -1)).to(torch.float32)
    ds = dp.sub_((do.to(torch.float32) * o.to(torch.float32)).sum(-1, True)).mul_(p).mul_(scale).to(q.dtype)
    return (torch.matmul(ds, k), torch.matmul(ds.transpose(-2, -1), q), dv)

  # New rows of one conversation, q [n, heads, d], against keys and values [kv, room, d] of which `past` came before:
  # [n, heads·d]
  def attend_cached(self, q: Tensor, keys: Tensor, values: Tensor, past: int, layer: Layer) -> Tensor:
    n = q.size(0)
    end = past + n
    low = 0
    if layer.window > 0:
      low = max(0, past - layer.window + 1)
    qs = self.scaled_queries(q, layer).transpose(0, 1).unsqueeze(0)
    ks = keys[:, low:end].repeat_interleave(layer.heads // layer.kv, 0).unsqueeze(0)
    vs = values[:, low:end].repeat_interleave(layer.heads // layer.kv, 0).unsqueeze(0)
    if layer.window > 0 and n > 1 and end > layer.window:
      mask = self.window_mask(n, end - low, past, low, layer.window, q).to(q.dtype)
      o = torch.scaled_dot_product_attention(qs, ks, vs, attn_mask=mask, dropout_p=0.0, is_causal=False)
    elif n == 1 or past == 0:
      o = torch.scaled_dot_product_attention(qs, ks, vs, attn_mask=None, dropout_p=0.0, is_causal=n > 1)
    else:
      seen = torch.ones([n, end], dtype=torch.bool, device=q.device).tril_(past)
      o = torch.scaled_dot_product_attention(qs, ks, vs, attn_mask=seen, dropout_p=0.0, is_causal=False)
    return o[0].transpose(0, 1).reshape([n, -1])
