  # The UNet of Stable Diffusion (Rombach et al. 2022, arXiv:2112.10752) besides its resnets, which convolution.py has.

  # The text as the blocks read it: [B·m, width] in their format.
  def text_rows(self: __torch__.Kernels, text: Tensor, format: int) -> List[Tensor]:
    return [text.reshape([-1, text.size(-1)]).to(format)]

  # [n, width]: cosines and sines of t [n] times a geometric series of frequencies, in float32.
  def sinusoid(self: __torch__.Kernels, t: Tensor, width: int, flip: bool, shift: float) -> Tensor:
    half = width // 2
    steps = torch.arange(half, dtype=6, device=t.device)
    angles = t.to(6).unsqueeze(-1) * torch.exp(steps * -9.210340371976184 / (float(half) - shift))
    if flip:
      e = torch.cat([torch.cos(angles), torch.sin(angles)], -1)
    else:
      e = torch.cat([torch.sin(angles), torch.cos(angles)], -1)
    if width % 2 == 1:
      e = torch.constant_pad_nd(e, [0, 1], 0)
    return e

  # [silu(emb), emb, …]: the time embedding [B, width], with pooled text [B, p] and the sizes [B, 6] added where the
  # weights for these are there; then what the backward pass needs. ws: weight and bias of time_embedding.linear_1 and
  # linear_2, add_embedding.linear_1 and linear_2. `small` is the width of one size's sinusoid.
  def time_forward(self: __torch__.Kernels, t: Tensor, pooled: Tensor, sizes: Tensor, ws: List[Tensor], ps: List[Tensor], flip: bool, shift: float, small: int, dropout: float, seed: int) -> List[Tensor]:
    bare = self.places(ps)
    like = self.weight_like(ws, 0, 0)
    e = self.sinusoid(t, like.size(1), flip, shift).to(like.dtype)
    h = self.linear_few(e, ws, ps, bare, 0, 0, dropout, seed)
    emb = self.linear_few(torch.silu(h), ws, ps, bare, 0, 1, dropout, seed)
    if ws[4].numel() == 0:
      return [torch.silu(emb), emb, e, h] + bare
    spread = self.sinusoid(sizes.flatten(0), small, flip, shift).view([t.size(0), -1])
    a = torch.cat([pooled.to(6), spread], 1).to(like.dtype)
    ha = self.linear_few(a, ws, ps, bare, 0, 2, dropout, seed)
    emb.add_(self.linear_few(torch.silu(ha), ws, ps, bare, 0, 3, dropout, seed))
    return [torch.silu(emb), emb, e, h, a, ha] + bare

  # [dpooled], from the gradient of silu(emb).
  def time_backward(self: __torch__.Kernels, dtemb: Tensor, saved: List[Tensor], pooled: Tensor, ws: List[Tensor], gws: List[Tensor], ps: List[Tensor], gps: List[Tensor], dropout: float, seed: int, need: bool) -> List[Tensor]:
    none = torch.empty([0])
    emb = saved[0]
    e = saved[1]
    h = saved[2]
    bare = saved[3:]
    if ws[4].numel() > 0:
      bare = saved[5:]
    demb = torch.silu_backward(dtemb, emb)
    da = self.linear_back(demb, torch.silu(h), none, ws, gws, ps, gps, bare, 0, 1, dropout, seed, True)
    self.linear_back(torch.silu_backward(da, h), e, none, ws, gws, ps, gps, bare, 0, 0, dropout, seed, False)
    if ws[4].numel() == 0:
      return [none]
    a = saved[3]
    ha = saved[4]
    da = self.linear_back(demb, torch.silu(ha), none, ws, gws, ps, gps, bare, 0, 3, dropout, seed, True)
    da = self.linear_back(torch.silu_backward(da, ha), a, none, ws, gws, ps, gps, bare, 0, 2, dropout, seed, need)
    if not need:
      return [none]
    return [da[:, :pooled.size(1)].contiguous()]

  # [B, c, height, width] -> [B·height·width, c]
  def to_rows(self: __torch__.Kernels, x: Tensor) -> Tensor:
    return x.flatten(2).transpose(1, 2).reshape([-1, x.size(1)])

  # and back to a picture of this size
  def to_pictures(self: __torch__.Kernels, rows: Tensor, size: List[int]) -> Tensor:
    return rows.view([size[0], -1, size[1]]).transpose(1, 2).contiguous().view(size)

  # What the backward pass reads, where there is one.
  def kept(self: __torch__.Kernels, x: Tensor, keep: bool) -> Tensor:
    if keep:
      return x
    return torch.empty([0])

  # One transformer block over the rows of pictures: attention among them, attention to the text, gated feed-forward.
  # ws: 0, 1 group norm, 2, 3 norm1, 4, 5 norm2, 6, 7 norm3, then weight and bias of proj_in; to_q, to_k, to_v, to_out
  # of attn1 and of attn2; ff.net.0.proj, ff.net.2; proj_out. Where proj_in is there, x is a picture and the block the
  # first of its stack, otherwise rows [B·n, c]; where proj_out is there, the block is the last, and the picture that
  # the stack began with, `start`, is added. text [B·m, width].
  # [y, x as rows, q, k, v, attention, lse, state, q, k, v, attention, lse, state, inner, state, …]; where nothing is to
  # be kept, all but y without entries, and freed as soon as the block itself has no more use for it.
  def transformer_forward(self: __torch__.Kernels, x: Tensor, start: Tensor, text: Tensor, ws: List[Tensor], ps: List[Tensor], groups: int, heads: int, upcast: bool, dropout: float, seed: int, composed: bool, keep: bool) -> List[Tensor]:
    bare = self.places(ps)
    count = start.size(0)
    t = x
    if ws[8].numel() > 0:
      n0, m0, r0 = self.group_norm(x, ws[0], ws[1], groups, 1e-06)
      t = self.linear(self.to_rows(n0), ws, ps, bare, 8, 0, dropout, seed)
    n1, m1, r1 = self.layer_norm(t, ws[2], ws[3], 1e-05)
    q1 = self.linear(n1, ws, ps, bare, 8, 1, dropout, seed)
    k1 = self.linear(n1, ws, ps, bare, 8, 2, dropout, seed)
    v1 = self.linear(n1, ws, ps, bare, 8, 3, dropout, seed)
    o1, l1 = self.attend_rows(q1, k1, v1, count, heads, upcast, composed)
    q1 = self.kept(q1, keep)
    k1 = self.kept(k1, keep)
    v1 = self.kept(v1, keep)
    t1 = self.linear(o1, ws, ps, bare, 8, 4, dropout, seed).add_(t)
    t = self.kept(t, keep)
    o1 = self.kept(o1, keep)
    n2, m2, r2 = self.layer_norm(t1, ws[4], ws[5], 1e-05)
    q2 = self.linear(n2, ws, ps, bare, 8, 5, dropout, seed)
    k2 = self.linear(text, ws, ps, bare, 8, 6, dropout, seed)
    v2 = self.linear(text, ws, ps, bare, 8, 7, dropout, seed)
    o2, l2 = self.attend_rows(q2, k2, v2, count, heads, upcast, composed)
    q2 = self.kept(q2, keep)
    k2 = self.kept(k2, keep)
    v2 = self.kept(v2, keep)
    t2 = self.linear(o2, ws, ps, bare, 8, 8, dropout, seed).add_(t1)
    t1 = self.kept(t1, keep)
    o2 = self.kept(o2, keep)
    n3, m3, r3 = self.layer_norm(t2, ws[6], ws[7], 1e-05)
    inner = self.linear(n3, ws, ps, bare, 8, 9, dropout, seed)
    a, g = inner.chunk(2, 1)
    gated = torch.gelu(g, approximate="none").mul_(a)
    inner = self.kept(inner, keep)
    t3 = self.linear(gated, ws, ps, bare, 8, 10, dropout, seed).add_(t2)
    t2 = self.kept(t2, keep)
    y = t3
    if ws[30].numel() > 0:
      y = self.to_pictures(self.linear(t3, ws, ps, bare, 8, 11, dropout, seed), start.size()).add_(start)
    return [y, t, q1, k1, v1, o1, l1, t1, q2, k2, v2, o2, l2, t2, inner, t3] + bare

  # [dx, dtext], where `need` and `words` say so. `around`, of the picture's size, is the gradient of what the stack adds
  # its own beginning to: the dy of its last block. A first block's dx contains it.
  def transformer_backward(self: __torch__.Kernels, dy: Tensor, x: Tensor, around: Tensor, text: Tensor, saved: List[Tensor], ws: List[Tensor], gws: List[Tensor], ps: List[Tensor], gps: List[Tensor], groups: int, heads: int, upcast: bool, dropout: float, seed: int, composed: bool, need: bool, words: bool) -> List[Tensor]:
    if len(saved) == 0:
      saved = self.transformer_forward(x, around, text, ws, ps, groups, heads, upcast, dropout, seed, composed, True)[1:]
    t, q1, k1, v1, o1, l1, t1, q2, k2, v2, o2, l2, t2, inner, t3 = saved[:15]
    bare = saved[15:]
    none = torch.empty([0])
    count = around.size(0)
    first = ws[8].numel() > 0
    dt = dy
    if ws[30].numel() > 0:
      dt = self.linear_back(self.to_rows(dy), t3, none, ws, gws, ps, gps, bare, 8, 11, dropout, seed, True)
    a, g = inner.chunk(2, 1)
    gate = torch.gelu(g, approximate="none")
    df = self.linear_back(dt, gate * a, none, ws, gws, ps, gps, bare, 8, 10, dropout, seed, True)
    dinner = torch.cat([gate.mul_(df), torch.gelu_backward(df.mul_(a), g, approximate="none")], 1)
    n3, m3, r3 = self.layer_norm(t2, ws[6], ws[7], 1e-05)
    dn3 = self.linear_back(dinner, n3, none, ws, gws, ps, gps, bare, 8, 9, dropout, seed, True)
    dt = self.layer_norm_back(dn3, t2, m3, r3, ws[6], ws[7], gws[6], gws[7]).add_(dt)
    do2 = self.linear_back(dt, o2, none, ws, gws, ps, gps, bare, 8, 8, dropout, seed, True)
    dq2, dk2, dv2 = self.attend_rows_back(do2, q2, k2, v2, o2, l2, count, heads, upcast, composed)
    dtext = self.linear_back(dk2, text, none, ws, gws, ps, gps, bare, 8, 6, dropout, seed, words)
    dtext = self.linear_back(dv2, text, dtext, ws, gws, ps, gps, bare, 8, 7, dropout, seed, words)
    n2, m2, r2 = self.layer_norm(t1, ws[4], ws[5], 1e-05)
    dn2 = self.linear_back(dq2, n2, none, ws, gws, ps, gps, bare, 8, 5, dropout, seed, True)
    dt = self.layer_norm_back(dn2, t1, m2, r2, ws[4], ws[5], gws[4], gws[5]).add_(dt)
    do1 = self.linear_back(dt, o1, none, ws, gws, ps, gps, bare, 8, 4, dropout, seed, True)
    dq1, dk1, dv1 = self.attend_rows_back(do1, q1, k1, v1, o1, l1, count, heads, upcast, composed)
    n1, m1, r1 = self.layer_norm(t, ws[2], ws[3], 1e-05)
    below = need or gws[0].numel() > 0 or gws[2].numel() > 0 or gws[8].numel() > 0 or self.learns(gps, 0)
    dn1 = self.linear_back(dq1, n1, none, ws, gws, ps, gps, bare, 8, 1, dropout, seed, below)
    dn1 = self.linear_back(dk1, n1, dn1, ws, gws, ps, gps, bare, 8, 2, dropout, seed, below)
    dn1 = self.linear_back(dv1, n1, dn1, ws, gws, ps, gps, bare, 8, 3, dropout, seed, below)
    if not below:
      return [none, dtext]
    dt = self.layer_norm_back(dn1, t, m1, r1, ws[2], ws[3], gws[2], gws[3]).add_(dt)
    if not first:
      return [dt, dtext]
    n0, m0, r0 = self.group_norm(x, ws[0], ws[1], groups, 1e-06)
    under = need or gws[0].numel() > 0
    dn0 = self.linear_back(dt, self.to_rows(n0), none, ws, gws, ps, gps, bare, 8, 0, dropout, seed, under)
    if not under:
      return [none, dtext]
    dx = self.group_norm_back(self.to_pictures(dn0, x.size()), x, m0, r0, ws[0], gws[0], gws[1], groups)
    return [dx.add_(around), dtext]

  # The end: norm, activation, convolution; in float32. [y, …]. ws: norm, then weight and bias of the convolution.
  def output_forward(self: __torch__.Kernels, x: Tensor, ws: List[Tensor], ps: List[Tensor], groups: int, eps: float, dropout: float, seed: int) -> List[Tensor]:
    bare = self.places(ps)
    n, m, r = self.group_norm(x, ws[0], ws[1], groups, eps)
    return [self.conv(torch.silu_(n), ws, ps, bare, 2, 0, 1, 1, dropout, seed).to(6)] + bare

  def output_backward(self: __torch__.Kernels, dy: Tensor, x: Tensor, saved: List[Tensor], ws: List[Tensor], gws: List[Tensor], ps: List[Tensor], gps: List[Tensor], groups: int, eps: float, dropout: float, seed: int, need: bool) -> List[Tensor]:
    if len(saved) == 0 and len(self.places(ps)) > 0:
      saved = self.output_forward(x, ws, ps, groups, eps, dropout, seed)[1:]
    below = need or gws[0].numel() > 0
    n, m, r = self.group_norm(x, ws[0], ws[1], groups, eps)
    da = self.conv_back(dy.to(x.dtype), torch.silu(n), torch.empty([0]), ws, gws, ps, gps, saved, 2, 0, 1, 1, dropout, seed, below)
    if not below:
      return [da]
    return [self.group_norm_back(torch.silu_backward(da, n), x, m, r, ws[0], gws[0], gws[1], groups)]
