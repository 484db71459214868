# Attention over packed conversations: rows of all conversations one after the other, `lengths` of them each.
# q [n, heads, d]; k, v [n, kv heads, d], each shared by heads / kv heads query heads.

from typing import List, Tuple

import torch
from torch import Tensor
from torch.jit import annotate


class Kernels:
  # [rows, heads, d] -> [1, heads, rows, d], key and value heads repeated to the query heads, in a format the processor
  # has fast attention for.
  def spread(self, x: Tensor, heads: int, wide: bool) -> Tensor:
    if x.size(1) != heads:
      x = x.repeat_interleave(heads // x.size(1), 1)
    if wide:
      x = x.to(torch.float32)
    return x.transpose(0, 1).unsqueeze(0)

  # Adds up the gradients of repeated heads: [1, heads, rows, d] -> [rows, kv heads, d]
  def gathered(self, x: Tensor, kv: int, format: int) -> Tensor:
    rows = x[0].transpose(0, 1)
    if x.size(1) != kv:
      rows = rows.reshape([rows.size(0), kv, x.size(1) // kv, rows.size(2)]).sum(2)
    return rows.to(format)

  # True where a key comes after its query.
  def later(self, q: Tensor, k: Tensor) -> Tensor:
    return torch.ones([q.size(-2), k.size(-2)], dtype=torch.bool, device=q.device).triu_(1)

  # Written out: the same on every device. (out, log of the softmax's denominators)
  def attend_composed(self, q: Tensor, k: Tensor, v: Tensor, causal: bool) -> Tuple[Tensor, Tensor]:
    scores = torch.matmul(q, k.transpose(-2, -1)).to(torch.float32).mul_(q.size(-1) ** -0.5)
    if causal:
      scores.masked_fill_(self.later(q, k), float("-inf"))
    lse = torch.logsumexp(scores, [-1], False)
    return (torch.matmul(scores.sub_(lse.unsqueeze(-1)).exp_().to(q.dtype), v), lse)

  def attend_composed_back(
      self, do: Tensor, q: Tensor, k: Tensor, v: Tensor, o: Tensor, lse: Tensor, causal: bool
  ) -> Tuple[Tensor, Tensor, Tensor]:
    scale = q.size(-1) ** -0.5
    scores = torch.matmul(q, k.transpose(-2, -1)).to(torch.float32).mul_(scale)
    if causal:
      scores.masked_fill_(self.later(q, k), float("-inf"))
    p = scores.sub_(lse.unsqueeze(-1)).exp_()
    dv = torch.matmul(p.to(q.dtype).transpose(-2, -1), do)
    dp = torch.matmul(do, v.transpose(-2, -1)).to(torch.float32)
    ds = dp.sub_((do.to(torch.float32) * o.to(torch.float32)).sum(-1, True)).mul_(p).mul_(scale).to(q.dtype)
    return (torch.matmul(ds, k), torch.matmul(ds.transpose(-2, -1), q), dv)

  # Heads of fewer than 16 entries filled up with zeros, which change nothing: the processor's vectors are as long, and
  # attention is a third quicker for heads of 8.
  def widened(self, x: Tensor) -> Tensor:
    return torch.constant_pad_nd(x, [0, 16 - x.size(-1)], 0)

  # The library's own on the CPU, of [pictures, heads, rows, d]. (out, log of the softmax's denominators)
  def attend_flash(self, q: Tensor, k: Tensor, v: Tensor, causal: bool) -> Tuple[Tensor, Tensor]:
    d = q.size(-1)
    if d >= 16:
      o, lse = torch._scaled_dot_product_flash_attention_for_cpu(q, k, v, 0., causal, attn_mask=None, scale=None)
      return (o, lse)
    q, k, v = self.widened(q), self.widened(k), self.widened(v)
    o, lse = torch._scaled_dot_product_flash_attention_for_cpu(q, k, v, 0., causal, attn_mask=None, scale=d ** -0.5)
    return (o.narrow(-1, 0, d), lse)

  def attend_flash_back(
      self, do: Tensor, q: Tensor, k: Tensor, v: Tensor, o: Tensor, lse: Tensor, causal: bool
  ) -> Tuple[Tensor, Tensor, Tensor]:
    d = q.size(-1)
    if d >= 16:
      dq, dk, dv = torch._scaled_dot_product_flash_attention_for_cpu_backward(
          do, q, k, v, o, lse, 0., causal, attn_mask=None, scale=None)
      return (dq, dk, dv)
    q, k, v, o, do = self.widened(q), self.widened(k), self.widened(v), self.widened(o), self.widened(do)
    dq, dk, dv = torch._scaled_dot_product_flash_attention_for_cpu_backward(
        do, q, k, v, o, lse, 0., causal, attn_mask=None, scale=d ** -0.5)
    return (dq.narrow(-1, 0, d), dk.narrow(-1, 0, d), dv.narrow(-1, 0, d))

  # The library's own on a GPU, which keeps no scores: rows [pictures, rows, heads, d], as many for each picture where
  # `starts` has no entries, else of one picture after the other, the longest of `most` rows. (out, denominators)
  def attend_library(
      self, q: Tensor, k: Tensor, v: Tensor, starts: Tensor, most: int, causal: bool
  ) -> Tuple[Tensor, Tensor]:
    mask = 1 if causal else 0
    if starts.numel() == 0:
      o, lse, seed, offset, a, b = torch._efficient_attention_forward(
          q, k, v, None, None, None, None, None, 0.0, mask, True, scale=None)
      return (o, lse)
    o, lse, seed, offset, a, b = torch._efficient_attention_forward(
        q, k, v, None, starts, starts, most, most, 0.0, mask, True, scale=None)
    return (o, lse)

  def attend_library_back(
      self, do: Tensor, q: Tensor, k: Tensor, v: Tensor, o: Tensor, lse: Tensor, starts: Tensor, most: int, causal: bool
  ) -> Tuple[Tensor, Tensor, Tensor]:
    mask = 1 if causal else 0
    # Of dropout, which is not theirs.
    seed = torch.zeros([], dtype=torch.int64, device=q.device)
    if starts.numel() == 0:
      dq, dk, dv, none = torch._efficient_attention_backward(
          do, q, k, v, None, o, None, None, q.size(1), k.size(1), lse, 0.0, seed, seed, mask, False, scale=None)
      return (dq, dk, dv)
    dq, dk, dv, none = torch._efficient_attention_backward(
        do, q, k, v, None, o, starts, starts, most, most, lse, 0.0, seed, seed, mask, False, scale=None)
    return (dq, dk, dv)

  # Where each of several conversations begins, and all end; without entries for one alone.
  def starts(self, lengths: List[int], x: Tensor) -> Tensor:
    places = annotate(List[int], [])
    if len(lengths) > 1:
      at = 0
      places.append(at)
      for n in lengths:
        at = at + n
        places.append(at)
    return torch.tensor(places, dtype=torch.int32, device=x.device)

  # x [rows, kv heads, d] with each head as often as there are query heads for it: [1, rows, heads, d]
  def for_heads(self, x: Tensor, heads: int) -> Tensor:
    if x.size(1) != heads:
      x = x.repeat_interleave(heads // x.size(1), 1)
    return x.unsqueeze(0)

  def summed_heads(self, x: Tensor, kv: int) -> Tensor:
    if x.size(2) == kv:
      return x[0]
    return x[0].view([x.size(1), kv, x.size(2) // kv, x.size(3)]).sum(2)

  # (out [n, heads·d], lse [heads·n] in order of conversations; as the library lays it on a GPU)
  def attend(
      self, q: Tensor, k: Tensor, v: Tensor, lengths: List[int], causal: bool, composed: bool
  ) -> Tuple[Tensor, Tensor]:
    heads = q.size(1)
    if q.is_cuda and not composed:
      o, lse = self.attend_library(
          q.unsqueeze(0), self.for_heads(k, heads), self.for_heads(v, heads), self.starts(lengths, q), max(lengths),
          causal)
      return (o[0].flatten(1), lse)
    wide = q.is_cpu
    outs = annotate(List[Tensor], [])
    sums = annotate(List[Tensor], [])
    start = 0
    for n in lengths:
      end = start + n
      qs = self.spread(q[start:end], heads, wide)
      ks = self.spread(k[start:end], heads, wide)
      vs = self.spread(v[start:end], heads, wide)
      if composed or not q.is_cpu:
        o, lse = self.attend_composed(qs, ks, vs, causal)
      else:
        o, lse = self.attend_flash(qs, ks, vs, causal)
      outs.append(o[0].transpose(0, 1).reshape([n, heads * q.size(2)]))
      sums.append(lse.reshape([-1]))
      start = end
    if len(outs) == 1:
      return (outs[0].to(q.dtype), sums[0])
    return (torch.cat(outs, 0).to(q.dtype), torch.cat(sums, 0))

  # Gradients of q, k, v in their shapes, from that of out.
  def attend_back(
      self, do: Tensor, q: Tensor, k: Tensor, v: Tensor, o: Tensor, lse: Tensor, lengths: List[int], causal: bool,
      composed: bool
  ) -> Tuple[Tensor, Tensor, Tensor]:
    heads = q.size(1)
    kv = k.size(1)
    if q.is_cuda and not composed:
      dq, dk, dv = self.attend_library_back(
          do.reshape(q.size()).unsqueeze(0), q.unsqueeze(0), self.for_heads(k, heads), self.for_heads(v, heads),
          o.reshape(q.size()).unsqueeze(0), lse, self.starts(lengths, q), max(lengths), causal)
      return (dq[0], self.summed_heads(dk, kv), self.summed_heads(dv, kv))
    wide = q.is_cpu
    dqs = annotate(List[Tensor], [])
    dks = annotate(List[Tensor], [])
    dvs = annotate(List[Tensor], [])
    start = 0
    for n in lengths:
      end = start + n
      qs = self.spread(q[start:end], heads, wide)
      ks = self.spread(k[start:end], heads, wide)
      vs = self.spread(v[start:end], heads, wide)
      os = self.spread(o[start:end].view([n, heads, -1]), heads, wide)
      dos = self.spread(do[start:end].view([n, heads, -1]), heads, wide)
      sums = lse[start * heads:end * heads].view([1, heads, n])
      if composed or not q.is_cpu:
        dq, dk, dv = self.attend_composed_back(dos, qs, ks, vs, os, sums, causal)
      else:
        dq, dk, dv = self.attend_flash_back(dos, qs, ks, vs, os, sums, causal)
      dqs.append(self.gathered(dq, heads, q.dtype))
      dks.append(self.gathered(dk, kv, q.dtype))
      dvs.append(self.gathered(dv, kv, q.dtype))
      start = end
    if len(dqs) == 1:
      return (dqs[0], dks[0], dvs[0])
    return (torch.cat(dqs, 0), torch.cat(dks, 0), torch.cat(dvs, 0))

  # Batched attention: every one of `count` pictures has as many rows, and its keys may be another sequence's.
  # [count · rows, heads · d] -> [count, heads, rows, d]
  def by_head(self, x: Tensor, count: int, heads: int, wide: bool) -> Tensor:
    y = x.view([count, -1, heads, x.size(1) // heads]).transpose(1, 2)
    if wide:
      y = y.to(torch.float32)
    return y

  def from_heads(self, x: Tensor, format: int) -> Tensor:
    return x.transpose(1, 2).reshape([x.size(0) * x.size(2), x.size(1) * x.size(3)]).to(format)

  # q [count · n, heads · d], k and v [count · m, heads · d]; `upcast`: in float32 whatever the device.
  # (out [count · n, heads · d], lse [count, heads, n])
  def attend_rows(
      self, q: Tensor, k: Tensor, v: Tensor, count: int, heads: int, upcast: bool, composed: bool
  ) -> Tuple[Tensor, Tensor]:
    wide = upcast or q.is_cpu
    qs = self.by_head(q, count, heads, wide)
    ks = self.by_head(k, count, heads, wide)
    vs = self.by_head(v, count, heads, wide)
    if q.is_cuda and not composed:
      none = torch.empty([0], dtype=torch.int32, device=q.device)
      o, lse = self.attend_library(
          qs.transpose(1, 2), ks.transpose(1, 2), vs.transpose(1, 2), none, 0, False)
      return (self.from_heads(o.transpose(1, 2), q.dtype), lse)
    if composed or not q.is_cpu:
      o, lse = self.attend_composed(qs, ks, vs, False)
    else:
      o, lse = self.attend_flash(qs, ks, vs, False)
    return (self.from_heads(o, q.dtype), lse)

  def attend_rows_back(
      self, do: Tensor, q: Tensor, k: Tensor, v: Tensor, o: Tensor, lse: Tensor, count: int, heads: int,
      upcast: bool, composed: bool
  ) -> Tuple[Tensor, Tensor, Tensor]:
    wide = upcast or q.is_cpu
    qs = self.by_head(q, count, heads, wide)
    ks = self.by_head(k, count, heads, wide)
    vs = self.by_head(v, count, heads, wide)
    os = self.by_head(o, count, heads, wide)
    dos = self.by_head(do, count, heads, wide)
    if q.is_cuda and not composed:
      none = torch.empty([0], dtype=torch.int32, device=q.device)
      dq, dk, dv = self.attend_library_back(
          dos.transpose(1, 2), qs.transpose(1, 2), ks.transpose(1, 2), vs.transpose(1, 2), os.transpose(1, 2), lse,
          none, 0, False)
      return (
          self.from_heads(dq.transpose(1, 2), q.dtype), self.from_heads(dk.transpose(1, 2), q.dtype),
          self.from_heads(dv.transpose(1, 2), q.dtype))
    if composed or not q.is_cpu:
      dq, dk, dv = self.attend_composed_back(dos, qs, ks, vs, os, lse, False)
    else:
      dq, dk, dv = self.attend_flash_back(dos, qs, ks, vs, os, lse, False)
    return (self.from_heads(dq, q.dtype), self.from_heads(dk, q.dtype), self.from_heads(dv, q.dtype))

  # How far the library's attention is from what is written out, on the device of `like`: the largest difference of out
  # and gradients over their largest value, of packed conversations with shared heads and of two pictures.
  def attention_differs(self, like: Tensor) -> List[Tensor]:
    lengths = [5, 40]
    q = torch.sin(torch.arange(45 * 4 * 16, dtype=torch.float32, device=like.device)).view([45, 4, 16])
    k = torch.cos(torch.arange(45 * 2 * 16, dtype=torch.float32, device=like.device)).view([45, 2, 16])
    do = (q * 3.0).sin().flatten(1)
    o, lse = self.attend(q, k, k, lengths, True, False)
    dq, dk, dv = self.attend_back(do, q, k, k, o, lse, lengths, True, False)
    p, sums = self.attend(q, k, k, lengths, True, True)
    eq, ek, ev = self.attend_back(do, q, k, k, p, sums, lengths, True, True)
    x = q.view([90, 32])
    y = k.reshape([-1, 32])[:44]
    r, rows = self.attend_rows(x, y, y, 2, 2, False, False)
    fq, fk, fv = self.attend_rows_back(x.cos(), x, y, y, r, rows, 2, 2, False, False)
    s, plain = self.attend_rows(x, y, y, 2, 2, False, True)
    gq, gk, gv = self.attend_rows_back(x.cos(), x, y, y, s, plain, 2, 2, False, True)
    ours = [o, dq, dk, dv, r, fq, fk, fv]
    written = [p, eq, ek, ev, s, gq, gk, gv]
    off = torch.zeros([], dtype=torch.float32, device=like.device)
    for i in range(len(ours)):
      off = torch.maximum(off, (ours[i] - written[i]).abs().max() / written[i].abs().max())
    return [off]
