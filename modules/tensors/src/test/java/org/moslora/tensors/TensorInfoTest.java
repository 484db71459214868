package org.moslora.tensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class TensorInfoTest {
    @Test
    void sizes() {
        assertThat(new TensorInfo("a", DType.BF16, List.of(2L, 3L)).byteSize()).isEqualTo(12);
        assertThat(new TensorInfo("a", DType.I64, List.of()).byteSize()).isEqualTo(8);
        assertThat(new TensorInfo("a", DType.F32, List.of(1L << 40, 1L << 40, 0L)).byteSize())
                .isZero();
        assertThat(new TensorInfo("a", DType.F32, List.of(2L)).named("b").name())
                .isEqualTo("b");
    }

    @Test
    void impossibleShapes() {
        assertThatThrownBy(() -> new TensorInfo("a", DType.U8, List.of(-1L)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new TensorInfo("a", DType.F64, List.of(1L << 61)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void types() {
        assertThat(DType.named("BF16")).contains(DType.BF16);
        assertThat(DType.named("bf16")).isEmpty();
        assertThat(DType.F8_E5M2.isFloating()).isTrue();
        assertThat(DType.F8_E5M2.written()).isEqualTo(DType.BF16);
        assertThat(DType.F16.written()).isEqualTo(DType.F16);
        assertThat(DType.BOOL.isFloating()).isFalse();
        // Laid out in this order, every tensor starts at a multiple of its element size.
        assertThat(DType.values()).isSortedAccordingTo((one, other) -> Integer.compare(other.bytes(), one.bytes()));
    }
}
