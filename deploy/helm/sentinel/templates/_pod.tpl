{{/* What the pods of the server and of the migration have in common. */}}
{{- define "sentinel.pod" -}}
serviceAccountName: {{ .Release.Name }}
automountServiceAccountToken: false
# The cluster would add variables such as SENTINEL_PORT for the service, which are not Sentinel's settings.
enableServiceLinks: false
{{- with .Values.image.pullSecrets }}
imagePullSecrets:
  {{- range . }}
  - name: {{ . }}
  {{- end }}
{{- end }}
securityContext:
  runAsNonRoot: true
  runAsUser: 65532
  runAsGroup: 65532
  fsGroup: 65532
  seccompProfile:
    type: RuntimeDefault
volumes:
  - name: secret
    secret:
      secretName: {{ .Values.secretName }}
      defaultMode: 288 # 0440
{{- end }}

{{- define "sentinel.container" -}}
image: {{ include "sentinel.image" . }}
envFrom:
  - configMapRef:
      name: {{ .Release.Name }}
{{- with .Values.monitoring.otlpHeadersKey }}
env:
  - name: OTEL_EXPORTER_OTLP_HEADERS
    valueFrom:
      secretKeyRef:
        name: {{ $.Values.secretName }}
        key: {{ . }}
{{- end }}
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  capabilities:
    drop: [ALL]
volumeMounts:
  - name: secret
    mountPath: /run/secrets/sentinel
    readOnly: true
{{- end }}
