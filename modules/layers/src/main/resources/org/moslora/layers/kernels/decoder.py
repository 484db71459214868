  # A block of the LLaMA family (Touvron et al. 2023, arXiv:2302.13971), pre-norm, rotary positions, SwiGLU.
  # ws: 0 input norm, 1 norm after attention, then weight and bias of q, k, v, o, gate, up, down.
  # x [n, hidden] holds packed conversations; `shape` is [heads, kv heads, head width].

  # cos and sin [positions, d/2] of rotary angles (Su et al. 2021, arXiv:2104.09864); kind: default, linear or llama3.
  def rope_table(self: __torch__.Kernels, length: int, d: int, theta: float, kind: str, settings: List[float], device: str) -> List[Tensor]:
    inv = 1.0 / torch.pow(theta, torch.arange(0, d, 2, dtype=6) / d)
    if kind == "linear":
      inv = inv / settings[0]
    if kind == "llama3":
      factor, low, high, original = settings[0], settings[1], settings[2], settings[3]
      wave = 2.0 * 3.141592653589793 / inv
      smooth = (original / wave - low) / (high - low)
      mixed = (1.0 - smooth) * inv / factor + smooth * inv
      slow = torch.where(wave > original / low, inv / factor, inv)
      medium = torch.logical_and(wave <= original / low, wave >= original / high)
      inv = torch.where(medium, mixed, slow)
    angles = torch.outer(torch.arange(0, length, dtype=6), inv)
    return [torch.cos(angles).to(torch.device(device)), torch.sin(angles).to(torch.device(device))]

  # Rotates pairs (i, i + d/2) of x [n, heads, d] by the angles of its rows; sign -1 turns back.
  def rotated(self: __torch__.Kernels, x: Tensor, cos: Tensor, sin: Tensor, sign: float) -> Tensor:
    c = torch.cat([cos, cos], 1).unsqueeze(1).to(x.dtype)
    s = torch.cat([-sin, sin], 1).mul_(sign).unsqueeze(1).to(x.dtype)
    return (x * c).addcmul_(torch.roll(x, [x.size(2) // 2], [2]), s)

  # [q, k, v] of normed rows, rotated: [n, heads, d], [n, kv, d], [n, kv, d]
  def projected(self: __torch__.Kernels, n1: Tensor, ws: List[Tensor], ps: List[Tensor], bare: List[Tensor], cos: Tensor, sin: Tensor, shape: List[int], dropout: float, seed: int) -> Tuple[Tensor, Tensor, Tensor]:
    rows = n1.size(0)
    q = self.linear(n1, ws, ps, bare, 2, 0, dropout, seed).view([rows, shape[0], shape[2]])
    k = self.linear(n1, ws, ps, bare, 2, 1, dropout, seed).view([rows, shape[1], shape[2]])
    v = self.linear(n1, ws, ps, bare, 2, 2, dropout, seed).view([rows, shape[1], shape[2]])
    return (self.rotated(q, cos, sin, 1.0), self.rotated(k, cos, sin, 1.0), v)

  # [y, q, k, v, attention, lse, h, gate, up, …]: the output and what the backward pass needs besides x. With entries in
  # `keep`, only those rows go on after attention: the last block computes what somebody looks at.
  def decoder_forward(self: __torch__.Kernels, x: Tensor, ws: List[Tensor], ps: List[Tensor], cos: Tensor, sin: Tensor, lengths: List[int], keep: Tensor, shape: List[int], eps: float, dropout: float, seed: int, composed: bool) -> List[Tensor]:
    bare = self.places(ps)
    n1, r1 = self.rms(x, ws[0], eps)
    q, k, v = self.projected(n1, ws, ps, bare, cos, sin, shape, dropout, seed)
    o, lse = self.attend(q, k, v, lengths, True, composed)
    kept = o
    h = x
    if keep.numel() > 0:
      kept = o.index_select(0, keep)
      h = x.index_select(0, keep)
    h = self.linear(kept, ws, ps, bare, 2, 3, dropout, seed).add_(h)
    n2, r2 = self.rms(h, ws[1], eps)
    gate = self.linear(n2, ws, ps, bare, 2, 4, dropout, seed)
    up = self.linear(n2, ws, ps, bare, 2, 5, dropout, seed)
    y = self.linear(torch.silu(gate).mul_(up), ws, ps, bare, 2, 6, dropout, seed).add_(h)
    return [y, q, k, v, o, lse, h, gate, up] + bare

  # The gradient of x, where it is needed; adds those of the block's tensors. `saved` is what the forward pass returned
  # after y; without it the block runs forward again.
  def decoder_backward(self: __torch__.Kernels, dy: Tensor, x: Tensor, saved: List[Tensor], ws: List[Tensor], gws: List[Tensor], ps: List[Tensor], gps: List[Tensor], cos: Tensor, sin: Tensor, lengths: List[int], keep: Tensor, shape: List[int], eps: float, dropout: float, seed: int, composed: bool, need: bool) -> List[Tensor]:
    if len(saved) == 0:
      saved = self.decoder_forward(x, ws, ps, cos, sin, lengths, keep, shape, eps, dropout, seed, composed)[1:]
    q, k, v, o, lse, h, gate, up = saved[:8]
    bare = saved[8:]
    none = torch.empty([0])
    n2, r2 = self.rms(h, ws[1], eps)
    sigmoid = torch.sigmoid(gate)
    open = gate * sigmoid
    dm = self.linear_back(dy, open * up, none, ws, gws, ps, gps, bare, 2, 6, dropout, seed, True)
    dgate = (dm * up).mul_(sigmoid.mul_(1.0 - open).add_(open))  # silu' = σ·(1 − g·σ) + g·σ
    dup = open.mul_(dm)
    dn2 = self.linear_back(dgate, n2, none, ws, gws, ps, gps, bare, 2, 4, dropout, seed, True)
    dn2 = self.linear_back(dup, n2, dn2, ws, gws, ps, gps, bare, 2, 5, dropout, seed, True)
    dh = self.rms_back(dn2, h, r2, ws[1], gws[1]).add_(dy)
    kept = o
    if keep.numel() > 0:
      kept = o.index_select(0, keep)
    do = self.linear_back(dh, kept, none, ws, gws, ps, gps, bare, 2, 3, dropout, seed, True)
    if keep.numel() > 0:
      do = torch.zeros_like(o).index_copy_(0, keep, do)
      dh = torch.zeros_like(x).index_copy_(0, keep, dh)
    dq, dk, dv = self.attend_back(do, q, k, v, o, lse, lengths, True, composed)
    rows = x.size(0)
    dq = self.rotated(dq, cos, sin, -1.0).reshape([rows, -1])
    dk = self.rotated(dk, cos, sin, -1.0).reshape([rows, -1])
    n1, r1 = self.rms(x, ws[0], eps)
    below = need or gws[0].numel() > 0
    dn1 = self.linear_back(dq, n1, none, ws, gws, ps, gps, bare, 2, 0, dropout, seed, below)
    dn1 = self.linear_back(dk, n1, dn1, ws, gws, ps, gps, bare, 2, 1, dropout, seed, below)
    dn1 = self.linear_back(dv.reshape([rows, -1]), n1, dn1, ws, gws, ps, gps, bare, 2, 2, dropout, seed, below)
    if not below:
      return [none]
    return [self.rms_back(dn1, x, r1, ws[0], gws[0]).add_(dh)]

  # One more stretch of each conversation, with keys and values of what came before in `caches`: k, v of conversation
  # 0, k, v of conversation 1, … each [kv, room, d], filled up to `past`. lengths: new rows of each.
  def decoder_step(self: __torch__.Kernels, x: Tensor, ws: List[Tensor], ps: List[Tensor], cos: Tensor, sin: Tensor, lengths: List[int], past: List[int], caches: List[Tensor], keep: Tensor, shape: List[int], eps: float) -> List[Tensor]:
    bare = annotate(List[Tensor], [])
    n1, r1 = self.rms(x, ws[0], eps)
    q, k, v = self.projected(n1, ws, ps, bare, cos, sin, shape, 0.0, 0)
    outs = annotate(List[Tensor], [])
    start = 0
    for i in range(len(lengths)):
      n = lengths[i]
      end = past[i] + n
      caches[2 * i][:, past[i]:end].copy_(k[start:start + n].transpose(0, 1))
      caches[2 * i + 1][:, past[i]:end].copy_(v[start:start + n].transpose(0, 1))
      keys = caches[2 * i][:, :end].repeat_interleave(shape[0] // shape[1], 0).unsqueeze(0)
      values = caches[2 * i + 1][:, :end].repeat_interleave(shape[0] // shape[1], 0).unsqueeze(0)
      qs = q[start:start + n].transpose(0, 1).unsqueeze(0)
      if n == 1 or past[i] == 0:
        o = torch.scaled_dot_product_attention(qs, keys, values, attn_mask=None, dropout_p=0.0, is_causal=n > 1)
      else:
        seen = torch.ones([n, end], dtype=11, device=x.device).tril_(past[i])
        o = torch.scaled_dot_product_attention(qs, keys, values, attn_mask=seen, dropout_p=0.0, is_causal=False)
      outs.append(o[0].transpose(0, 1).reshape([n, -1]))
      start = start + n
    o = torch.cat(outs, 0)
    h = x
    if keep.numel() > 0:
      o = o.index_select(0, keep)
      h = x.index_select(0, keep)
    h = self.linear(o, ws, ps, bare, 2, 3, 0.0, 0).add_(h)
    n2, r2 = self.rms(h, ws[1], eps)
    gate = self.linear(n2, ws, ps, bare, 2, 4, 0.0, 0)
    up = self.linear(n2, ws, ps, bare, 2, 5, 0.0, 0)
    return [self.linear(torch.silu(gate).mul_(up), ws, ps, bare, 2, 6, 0.0, 0).add_(h)]
