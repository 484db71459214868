package org.moslora.onnx.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.moslora.onnx.session.AdaptedGraph.COMPONENT;
import static org.moslora.onnx.session.AdaptedGraph.DOWN;
import static org.moslora.onnx.session.AdaptedGraph.UP;
import static org.moslora.onnx.session.AdaptedGraph.factor;
import static org.moslora.onnx.session.AdaptedGraph.share;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.moslora.adapters.ScaledAdapter;
import org.moslora.onnx.graph.Element;
import org.moslora.onnx.graph.PlainArray;
import org.moslora.problems.InvalidInput;
import org.moslora.tensors.SafetensorsWriter;
import org.moslora.tensors.TensorData;

/** Adapters as a graph's inputs: each adds its share times its scale, several at once and one after the other. */
final class AdapterCacheTest {
    private static final PlainArray DOWN_2 = PlainArray.random(3, 3, 2);
    private static final PlainArray UP_2 = PlainArray.random(4, 2, 4);
    private static final PlainArray DOWN_5 = PlainArray.random(5, 3, 5);
    private static final PlainArray UP_5 = PlainArray.random(6, 5, 4);

    @TempDir
    private Path folder;

    private AdaptedGraph graph() {
        return AdaptedGraph.of(folder, Element.FLOAT, true);
    }

    private static void assertAlike(PlainArray actual, PlainArray expected) {
        assertThat(actual.values()).containsExactly(expected.values(), within(1e-4));
    }

    @ParameterizedTest
    @ValueSource(doubles = {1, 0.25, 0, -2})
    void anAdapterAddsItsShareTimesItsScale(double scale) {
        try (AdaptedGraph graph = graph()) {
            Path one = graph.adapter("one", DOWN_2, UP_2);
            PlainArray plain = graph.answer();
            PlainArray wanted = plain.with(share(DOWN_2, UP_2, scale), Double::sum);
            assertAlike(graph.answer(new ScaledAdapter(one, scale)), wanted);
            Path file = one.resolve("model.onnx_adapter");
            assertAlike(graph.answer(new ScaledAdapter(file, scale)), wanted);
            assertThat(graph.answer().values()).as("laid down").isEqualTo(plain.values());
        }
    }

    @Test
    void severalAtOnceAddUpWhateverTheirRanks() {
        try (AdaptedGraph graph = graph()) {
            ScaledAdapter one = new ScaledAdapter(graph.adapter("one", DOWN_2, UP_2), 0.5);
            ScaledAdapter other = new ScaledAdapter(graph.adapter("other", DOWN_5, UP_5), -1.5);
            PlainArray wanted = graph.answer()
                    .with(share(DOWN_2, UP_2, 0.5), Double::sum)
                    .with(share(DOWN_5, UP_5, -1.5), Double::sum);
            assertAlike(graph.answer(one, other), wanted);
            assertAlike(graph.answer(other, one), wanted);
            ScaledAdapter more = new ScaledAdapter(one.path(), 2);
            assertAlike(graph.answer(one, more), graph.answer().with(share(DOWN_2, UP_2, 2.5), Double::sum));
            ScaledAdapter less = new ScaledAdapter(one.path(), -0.5);
            assertAlike(graph.answer(one, less), graph.answer());
        }
    }

    /** PEFT keeps A [r, in] and B [out, r], and scales by alpha / r. */
    @Test
    void adaptersOfOtherFormatsAreFoldedIntoThePairAndGoTogetherWithReadyOnes() throws IOException {
        try (AdaptedGraph graph = graph()) {
            Path peft = peft();
            PlainArray wanted = graph.answer().with(share(DOWN_5, UP_5, 0.5 * 3 / 5.0), Double::sum);
            assertAlike(graph.answer(new ScaledAdapter(peft, 0.5)), wanted);
            ScaledAdapter ready = new ScaledAdapter(graph.adapter("one", DOWN_2, UP_2), 2);
            assertAlike(
                    graph.answer(new ScaledAdapter(peft, 0.5), ready),
                    wanted.with(share(DOWN_2, UP_2, 2), Double::sum));
        }
    }

    private Path peft() throws IOException {
        Path peft = Files.createDirectories(folder.resolve("peft"));
        SafetensorsWriter.write(
                peft.resolve("adapter_model.safetensors"),
                List.of(
                        turned("base_model.model.fc.lora_A.weight", DOWN_5),
                        turned("base_model.model.fc.lora_B.weight", UP_5)),
                Map.of("format", "pt"));
        Files.writeString(
                peft.resolve("adapter_config.json"),
                "{\"peft_type\": \"LORA\", \"r\": 5, \"lora_alpha\": 3, \"target_modules\": [\"fc\"]}");
        return peft;
    }

    private static TensorData turned(String name, PlainArray values) {
        PlainArray turned = PlainArray.filled(i -> values.at(i[1], i[0]), values.size(1), values.size(0));
        return TensorData.of(name, List.of(turned.shape()[0], turned.shape()[1]), turned.floats());
    }

    @Test
    void aSetStaysReadyAndIsFreedWhenManyOthersWereUsedSince() {
        try (AdaptedGraph graph = graph()) {
            Path one = graph.adapter("one", DOWN_2, UP_2);
            List<ScaledAdapter> first = List.of(new ScaledAdapter(one, 1));
            AdapterSet set = graph.shelf().of(first);
            assertThat(graph.shelf().of(first)).isSameAs(set);
            set.retain();
            PlainArray before = graph.answer(set.of(COMPONENT));
            for (int i = 2; i < 40; i++) {
                graph.answer(new ScaledAdapter(one, i));
            }
            assertThat(set.users()).as("who took it, the shelf no more").isOne();
            assertThat(graph.answer(set.of(COMPONENT)).values()).isEqualTo(before.values());
            assertThat(graph.shelf().of(first)).isNotSameAs(set);
            set.release();
        }
    }

    @Test
    void whatIsUsedAgainAndAgainIsNotTheOneThatGoes() {
        try (AdaptedGraph graph = graph()) {
            Path one = graph.adapter("one", DOWN_2, UP_2);
            List<ScaledAdapter> often = List.of(new ScaledAdapter(one, 1));
            AdapterSet set = graph.shelf().of(often);
            for (int i = 2; i < 40; i++) {
                graph.shelf().of(List.of(new ScaledAdapter(one, i)));
                assertThat(graph.shelf().of(often)).isSameAs(set);
            }
        }
    }

    @Test
    void closingTheShelfFreesWhatNobodyHolds() {
        List<AdapterSet> sets = new ArrayList<>();
        AdaptedGraph graph = graph();
        Path one = graph.adapter("one", DOWN_2, UP_2);
        for (int i = 0; i < 3; i++) {
            sets.add(graph.shelf().of(List.of(new ScaledAdapter(one, i))));
        }
        sets.get(1).retain();
        graph.close();
        assertThat(sets).extracting(AdapterSet::users).containsExactly(0, 1, 0);
        sets.get(1).release();
        assertThatThrownBy(sets.get(1)::retain).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void aGraphInHalfPrecisionTakesPairsInHalfPrecision() {
        try (AdaptedGraph graph = AdaptedGraph.of(folder, Element.HALF, true)) {
            PlainArray plain = graph.answer();
            Path one = graph.adapter("one", DOWN_2, UP_2);
            PlainArray made = graph.answer(new ScaledAdapter(one, 0.5));
            PlainArray wanted = plain.with(share(DOWN_2, UP_2, 0.5), Double::sum);
            assertThat(made.values()).containsExactly(wanted.values(), within(2e-2));
            assertThatThrownBy(() -> graph.answer(new ScaledAdapter(one, 1e6)))
                    .as("more than half precision holds")
                    .hasMessageContaining(UP);
        }
    }

    @Test
    void aGraphWithoutInputsForPairsSaysHowToGetThem() {
        try (AdaptedGraph graph = AdaptedGraph.of(folder, Element.FLOAT, false)) {
            Path one = graph.adapter("one", DOWN_2, UP_2);
            assertThatThrownBy(() -> graph.answer(new ScaledAdapter(one, 1)))
                    .isInstanceOf(InvalidInput.class)
                    .hasMessageContainingAll(one.toString(), "adapters-as-inputs");
            assertThat(graph.answer().values()).hasSize(20);
        }
    }

    @Test
    void whatTheGraphHasNoInputForIsNamed() {
        try (AdaptedGraph graph = graph()) {
            Path other = graph.adapter(
                    "other",
                    COMPONENT,
                    factor("other.lora_A.weight", PlainArray.random(1, 4, 1)),
                    factor("other.lora_B.weight", PlainArray.random(1, 1, 4)));
            assertThatThrownBy(() -> graph.answer(new ScaledAdapter(other, 1)))
                    .isInstanceOf(InvalidInput.class)
                    .hasMessageContainingAll(other.toString(), "2 tensors", "model.onnx", "other.lora_A.weight");
            Path unet = graph.adapter("unet", "unet", factor(DOWN, DOWN_2), factor(UP, UP_2));
            assertThatThrownBy(() -> graph.answer(new ScaledAdapter(unet, 1)))
                    .isInstanceOf(InvalidInput.class)
                    .hasMessageContainingAll(unet.toString(), "unet", "model");
        }
    }
}
