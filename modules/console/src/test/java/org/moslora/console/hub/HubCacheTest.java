package org.moslora.console.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.moslora.problems.InvalidInput;

/** Models of the hub's cache are found as its own tools leave them. */
final class HubCacheTest {
    @TempDir
    private Path folder;

    private Path snapshot(String commit) throws IOException {
        Path model = folder.resolve("models--org--a-model.v1");
        Path snapshot = Files.createDirectories(model.resolve("snapshots").resolve(commit));
        Path blob = Files.writeString(
                Files.createDirectories(model.resolve("blobs")).resolve(commit + "0"), "{}");
        Files.createSymbolicLink(
                snapshot.resolve("config.json"), Path.of("../../blobs").resolve(blob.getFileName()));
        return snapshot;
    }

    @Test
    void theCommitOfMainIsTaken() throws IOException {
        snapshot("aaa");
        Path wanted = snapshot("bbb");
        HubCache cache = new HubCache(folder);
        assertThat(cache.find("org/a-model.v1")).isEmpty();
        Path refs = Files.createDirectories(folder.resolve("models--org--a-model.v1/refs"));
        Files.writeString(refs.resolve("main"), "bbb\n");
        assertThat(cache.find("org/a-model.v1")).contains(wanted);
        assertThat(wanted.resolve("config.json")).isRegularFile();
        for (String elsewhere : List.of("../..", "..", ".", "", "/etc", "bbb/../..")) {
            Files.writeString(refs.resolve("main"), elsewhere);
            assertThat(cache.find("org/a-model.v1")).as(elsewhere).isEmpty();
        }
        assertThat(cache.find("org/other")).isEmpty();
    }

    @Test
    void theOnlySnapshotIsTakenWithoutAReference() throws IOException {
        Path only = snapshot("aaa");
        assertThat(new HubCache(folder).find("org/a-model.v1")).contains(only);
    }

    @Test
    void itLiesWhereTheHubsToolsPutIt() {
        Path home = Path.of("/home/me");
        assertThat(HubCache.of(Map.of(), home).folder()).isEqualTo(home.resolve(".cache/huggingface/hub"));
        assertThat(HubCache.of(Map.of("HF_HOME", "/hf"), home).folder()).isEqualTo(Path.of("/hf/hub"));
        assertThat(HubCache.of(Map.of("HF_HOME", "/hf", "HF_HUB_CACHE", "/c"), home)
                        .folder())
                .isEqualTo(Path.of("/c"));
        assertThat(HubCache.of(Map.of("XDG_CACHE_HOME", "/x"), home).folder()).isEqualTo(Path.of("/x/huggingface/hub"));
    }

    @Test
    void whatIsThereIsTakenAsItIsAndWhatIsNotIsToldHowToGet() {
        assertThat(HubCache.model(folder)).isEqualTo(folder);
        assertThat(HubCache.model(Path.of("some/where/else"))).isEqualTo(Path.of("some/where/else"));
        assertThatThrownBy(() -> HubCache.model(Path.of("nobody-here/no-such-model")))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining("hf download nobody-here/no-such-model");
    }
}
