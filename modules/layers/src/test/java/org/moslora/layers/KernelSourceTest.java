package org.moslora.layers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class KernelSourceTest {
    @Test
    void pythonBecomesWhatArchivesHold() {
        KernelSource source = new KernelSource();
        source.add("""
            # What the file is about.
            from typing import List, NamedTuple

            import torch
            from torch import Tensor


            class Pair(NamedTuple):
              left: Tensor


            class Kernels:
              # Both.
              def pair(
                  self, left: Tensor, pairs: List[Pair],
              ) -> Pair:
                return Pair(left.to(torch.float32))
            """);
        assertThat(source.module().lines())
                .containsExactly(
                        "class Pair(NamedTuple):",
                        "  left: Tensor",
                        "class Kernels(Module):",
                        "  __parameters__ = []",
                        "  __buffers__ = []",
                        "  training : bool",
                        "  def pair(",
                        "      self: __torch__.Kernels, left: Tensor, pairs: List[__torch__.Pair]",
                        "  ) -> __torch__.Pair:",
                        "    return __torch__.Pair(left.to(6))");
    }

    @Test
    void formatsHaveTorchsNames() {
        assertThat(KernelSource.format("bfloat16")).isEqualTo(15);
        assertThatThrownBy(() -> KernelSource.format("float31")).hasMessageContaining("torch.float31");
    }
}
