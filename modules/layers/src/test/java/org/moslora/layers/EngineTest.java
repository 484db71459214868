package org.moslora.layers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.moslora.problems.InvalidInput;

class EngineTest {
    @BeforeAll
    static void start() {
        Engine.start(1);
    }

    @Test
    void theProcessorIsAlwaysThere() {
        assertThat(Engine.device("cpu")).isEqualTo(Device.cpu());
        assertThat(new Compute(Engine.device("cpu"), Precision.BF16).deviceName())
                .isEqualTo("cpu");
        assertThat(new Compute(Device.gpu(1), Precision.FP32).deviceName()).isEqualTo("cuda:1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "CPU", "cuda:", "cuda:-1", "tpu", "cuda:1x", "cpu:0", "mps"})
    void anotherSpellingIsRefused(String name) {
        assertThatThrownBy(() -> Engine.device(name))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining("cpu, cuda or cuda:N")
                .hasMessageContaining("\"" + name + "\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"cuda:99", "gpu:99"})
    void aDeviceThatTheMachineLacksIsRefusedWithTheNumberItHas(String name) {
        assertThatThrownBy(() -> Engine.device(name))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining(name)
                .hasMessageContaining("CUDA devices")
                .hasMessageContaining("README");
    }

    @Test
    void startingAgainOnlySetsTheThreads() {
        Engine.start(2);
        assertThat(Engine.threads()).isEqualTo(2);
        Engine.start(1);
        assertThat(Engine.threads()).isEqualTo(1);
        assertThat(Engine.version()).startsWith("2.");
    }

    @Test
    void theDefaultNumberOfThreadsIsPositive() {
        assertThat(Engine.defaultThreads()).isPositive();
    }

    @Test
    void settingUpTheAllocatorTwiceIsHarmless() {
        assertThatCode(() -> {
                    Allocator.keepMemory();
                    Allocator.keepMemory();
                })
                .doesNotThrowAnyException();
    }
}
