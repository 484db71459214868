package org.moslora.onnx.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.moslora.onnx.adapter.AdapterFormatFile;
import org.moslora.onnx.adapter.GraphFactor;
import org.moslora.tensors.DType;

/** Adapters are freed with the last of their users, not before and not twice. */
class AdapterSetTest {
    @Test
    void theLastUserFreesThem() {
        ByteBuffer bytes = AdapterFormatFile.bytes(
                List.of(new GraphFactor("a.lora_A.weight", List.of(1L, 1L), new float[] {1})), DType.F32);
        AdapterSet set = new AdapterSet(Map.of("unet", RunningGraph.adapter(bytes.order(ByteOrder.LITTLE_ENDIAN))));
        set.retain();
        set.release();
        assertThat(set.users()).isOne();
        set.release();
        assertThat(set.users()).isZero();
        assertThatThrownBy(set::retain).isInstanceOf(IllegalStateException.class);
    }
}
